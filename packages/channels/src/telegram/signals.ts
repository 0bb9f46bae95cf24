import { messageText, Rejection, shortText } from "../http/event-fields.ts";
import { type Fields, idOf, optionalId, recordOf, recordsOf, textOf, timeOf } from "./fields.ts";
import { contactOf, type Read, type Rules } from "./message.ts";
import { isGroup, messageIdOf, threadOf } from "./thread.ts";

/** Updates that are no messages: taps, reactions, blocks, deletions. */
export type Context = { updateId: string; rules: Rules; now: number };

const MAX_DELETED = 1000;
const TAP = "cb:";

/** The id of the query behind a tap, which the vendor wants to be answered. */
export const queryOf = (externalId: string): string | undefined =>
  externalId.startsWith(TAP) ? externalId.slice(TAP.length) : undefined;

/** The tap itself has no time; the instant of its arrival is the best there is. */
export function readTap(query: Fields, { now }: Context): Read {
  const id = textOf(query["id"]);
  if (id === undefined) throw new Rejection("invalid_callback_query");
  const message = recordOf(query["message"]);
  const data = textOf(query["data"]);
  // A button of an inline message belongs to no chat, and a game has no data.
  if (message === undefined || data === undefined) return null;
  const chat = idOf(recordOf(message["chat"])?.["id"], "chat");
  const topic = message["is_topic_message"] === true ? optionalId(message["message_thread_id"]) : undefined;
  const connection = textOf(message["business_connection_id"]);
  const action = { id: shortText(data, "data", 256), title: shortText(titleOf(message, data), "title", 256) };
  const from = recordOf(query["from"]);
  const contact = contactOf(recordOf(message["chat"]), { from });
  const group = isGroup(chat) ? { sender: { address: idOf(from?.["id"], "from"), ...nameOf(from) } } : {};
  const { text } = messageText(action.title);
  const target = optionalId(message["message_id"]);
  const event = {
    externalId: `${TAP}${shortText(id, "callback_query", 200)}`,
    at: now,
    kind: "message" as const,
    text,
    action,
    ...(target !== undefined && { replyTo: messageIdOf(chat, target) }),
    ...group,
  };
  return { thread: threadOf({ chat, topic, connection }), contact, events: [event] };
}

const nameOf = (user: Fields | undefined): { name?: string } => {
  const name = [user?.["first_name"], user?.["last_name"]].map(textOf).filter(Boolean).join(" ");
  return name === "" ? {} : { name: shortText(name, "name", 200) };
};

/** Old messages come without their buttons; what the button carries must do then. */
function titleOf(message: Fields, data: string): string {
  const rows = recordOf(message["reply_markup"])?.["inline_keyboard"];
  const buttons = Array.isArray(rows) ? rows.flatMap(recordsOf) : [];
  return textOf(buttons.find((button) => button["callback_data"] === data)?.["text"]) ?? data;
}

/** In groups it is not said whose message it was, nor in which topic. */
export function readReaction(body: Fields, { updateId }: Context): Read {
  const chat = idOf(recordOf(body["chat"])?.["id"], "chat");
  if (isGroup(chat)) return null;
  const target = messageIdOf(chat, idOf(body["message_id"], "message_id"));
  const before = new Set(recordsOf(body["old_reaction"]).map(emojiOf));
  const emojis = recordsOf(body["new_reaction"]).map(emojiOf);
  const emoji = emojis.find((one) => !before.has(one)) ?? emojis[0] ?? "";
  const contact = contactOf(recordOf(body["chat"]), { from: body["user"] });
  const at = timeOf(body["date"], "date");
  return {
    thread: threadOf({ chat }),
    contact,
    events: [{ externalId: `${target}:${updateId}`, at, kind: "reaction", target, emoji }],
  };
}

/** A custom emoji and a paid star have no character of their own. */
const emojiOf = (reaction: Fields): string => shortText(textOf(reaction["emoji"]) ?? "⭐", "emoji", 64);

/** Blocked and unblocked in private; thrown out of and let into a group. */
export function readMembership(body: Fields, { updateId, rules }: Context): Read {
  const chat = idOf(recordOf(body["chat"])?.["id"], "chat");
  const type = recordOf(body["chat"])?.["type"];
  if (type === "channel" || (isGroup(chat) && rules.groups === "off")) return null;
  const [was, is] = ["old_chat_member", "new_chat_member"].map((key) => isOut(recordOf(body[key])?.["status"]));
  if (was === is) return null;
  const common = { externalId: `${chat}:${updateId}`, at: timeOf(body["date"], "date") };
  return {
    thread: threadOf({ chat }),
    contact: contactOf(recordOf(body["chat"]), { from: body["from"] }),
    events: [is ? { ...common, kind: "opt_out", why: "blocked" } : { ...common, kind: "opt_in" }],
  };
}

const isOut = (status: unknown): boolean => status === "kicked" || status === "left";

export function readDeletion(body: Fields, { updateId, now }: Context): Read {
  const chat = idOf(recordOf(body["chat"])?.["id"], "chat");
  const ids = body["message_ids"];
  if (!Array.isArray(ids) || ids.length === 0 || ids.length > MAX_DELETED) throw new Rejection("invalid_message_ids");
  const connection = textOf(body["business_connection_id"]) ?? "";
  const events = ids.map((id) => {
    const target = messageIdOf(chat, idOf(id, "message_id"));
    return { externalId: `${target}:${updateId}`, at: now, kind: "delete" as const, target };
  });
  return { thread: threadOf({ chat, connection }), contact: contactOf(recordOf(body["chat"]), {}), events };
}
