import type { Contact, InboundEvent, InboundMessage, MessagePart } from "@charla/domain/inbound";
import { messageText } from "../http/event-fields.ts";
import { optWord } from "../opt-words.ts";
import { contentOf, shortOf } from "./content.ts";
import { type Fields, idOf, optionalId, recordOf, textOf, timeOf } from "./fields.ts";
import { type Bot, isTopicNotice, speaksToBot } from "./groups.ts";
import { isGroup, messageIdOf, threadOf } from "./thread.ts";

export type Rules = { bot: Bot; groups: "addressed" | "all" | "off" };
/** `null`: by the channel's rules this concerns nobody. */
export type Read = { thread: string; contact: Contact; events: InboundEvent[]; ifBegun?: true } | null;

type Frame = { message: Fields; chat: string; id: string; updateId: string; at: number };

const START = /^\/start(?:@\w+)?(?:\s+(\S{1,64}))?\s*$/;

export function readMessage(message: Fields, updateId: string, rules: Rules): Read {
  const frame = frameOf(message, updateId, "date");
  const { chat } = frame;
  const moved = migrationOf(frame);
  if (moved !== null) return rules.groups === "off" ? null : moved;
  if (concernsNobody(message, chat, rules)) return null;
  const events = eventsOf(frame);
  return events.length === 0 ? null : { ...whereOf(frame), events };
}

/** Live locations "edit" their message every few seconds; that is no change of what was said. */
export function readEdit(message: Fields, updateId: string, rules: Rules): Read {
  const frame = frameOf(message, updateId, "edit_date");
  if (message["location"] !== undefined || concernsNobody(message, frame.chat, rules)) return null;
  return { ...whereOf(frame), events: editOf(frame) };
}

export function readBusinessMessage(message: Fields, updateId: string): Read {
  const frame = frameOf(message, updateId, "date");
  // What this bot wrote in the owner's name comes back, marked as ours.
  if (recordOf(message["sender_business_bot"]) !== undefined) return null;
  const place = whereOf(frame, textOf(message["business_connection_id"]) ?? "");
  if (isFromContact(frame)) {
    const events = eventsOf(frame);
    return events.length === 0 ? null : { ...place, events };
  }
  const content = contentOf(message);
  if (content === null) return null;
  const { text } = messageText("text" in content ? content.text : "");
  return { ...place, events: [{ ...commonOf(frame), kind: "human_echo", text }] };
}

export function readBusinessEdit(message: Fields, updateId: string): Read {
  const frame = frameOf(message, updateId, "edit_date");
  if (!isFromContact(frame) || message["location"] !== undefined) return null;
  return { ...whereOf(frame, textOf(message["business_connection_id"]) ?? ""), events: editOf(frame) };
}

/** In a private chat the chat has the id of the person; the other side of it is the owner of the business account. */
const isFromContact = ({ message, chat }: Frame): boolean => optionalId(recordOf(message["from"])?.["id"]) === chat;

function frameOf(message: Fields, updateId: string, time: string): Frame {
  const chat = idOf(recordOf(message["chat"])?.["id"], "chat");
  return { message, chat, id: idOf(message["message_id"], "message_id"), updateId, at: timeOf(message[time], time) };
}

function concernsNobody(message: Fields, chat: string, { bot, groups }: Rules): boolean {
  if (recordOf(message["chat"])?.["type"] === "channel") return true;
  // Two bots would talk to each other for ever.
  if (recordOf(message["from"])?.["is_bot"] === true && message["sender_chat"] === undefined) return true;
  if (!isGroup(chat)) return false;
  return groups === "off" || (groups === "addressed" && !speaksToBot(message, bot));
}

const commonOf = ({ chat, id, at }: Frame): { externalId: string; at: number } => ({
  externalId: messageIdOf(chat, id),
  at,
});

/** `message_thread_id` is also set in groups without topics, where it only says which thread of replies it belongs to. */
function whereOf(frame: Frame, connection?: string): { thread: string; contact: Contact } {
  const { message, chat } = frame;
  const topic = message["is_topic_message"] === true ? optionalId(message["message_thread_id"]) : undefined;
  return { thread: threadOf({ chat, topic, connection }), contact: contactOf(recordOf(message["chat"]), message) };
}

/** The chat is the contact: a person in private, the group in a group. Usernames change hands, so they name nobody. */
export function contactOf(chat: Fields | undefined, message: Fields): Contact {
  const contact: Contact = { address: idOf(chat?.["id"], "chat") };
  const name = shortOf(chat?.["title"], 200) ?? fullName(chat);
  if (name !== undefined) contact.name = name;
  if (isGroup(contact.address)) return contact;
  const from = recordOf(message["from"]);
  if (optionalId(from?.["id"]) !== contact.address) return contact;
  const locale = textOf(from?.["language_code"]);
  if (locale !== undefined && /^[A-Za-z-]{2,16}$/.test(locale)) contact.locale = locale;
  // The vendor names the user behind a shared card, so a card with the sender's own id proves the number.
  const card = recordOf(message["contact"]);
  const phone = textOf(card?.["phone_number"])?.replaceAll(/[^\d]/g, "");
  if (phone && optionalId(card?.["user_id"]) === contact.address) contact.aliases = [`+${phone}`];
  return contact;
}

const fullName = (user: Fields | undefined): string | undefined =>
  shortOf([user?.["first_name"], user?.["last_name"]].map(textOf).filter(Boolean).join(" "), 200);

function senderOf({ message, chat }: Frame): { sender: NonNullable<InboundMessage["sender"]> } | undefined {
  if (!isGroup(chat)) return undefined;
  // Anonymous administrators and linked channels write as a chat; `from` is a stand-in then.
  const user = recordOf(message["sender_chat"]) ?? recordOf(message["from"]);
  const address = optionalId(user?.["id"]);
  if (address === undefined) return undefined;
  const name = shortOf(user?.["title"], 200) ?? fullName(user);
  return { sender: { address, ...(name !== undefined && { name }) } };
}

function eventsOf(frame: Frame): InboundEvent[] {
  const { message, chat } = frame;
  const content = contentOf(message);
  if (content === null) return [];
  const common = commonOf(frame);
  if ("unsupported" in content) return [{ ...common, kind: "unsupported", what: content.unsupported }];
  const { text, cutFrom } = messageText(content.text);
  const started = START.exec(text);
  const alone = !isGroup(chat);
  const word = alone ? optWord(text) : undefined;
  if (word === "opt_out") return [{ ...common, kind: "opt_out", why: "asked" }];
  const referral: MessagePart[] = started?.[1] === undefined ? [] : [{ type: "referral", source: started[1] }];
  const parts = [...(content.parts ?? []), ...referral];
  const event: InboundMessage = {
    ...common,
    kind: "message",
    text,
    ...(content.media && { media: content.media }),
    ...(parts.length > 0 && { parts }),
    ...replyOf(frame),
    ...(message["forward_origin"] !== undefined && { forwarded: true }),
    ...senderOf(frame),
    ...(textOf(message["media_group_id"]) !== undefined && { mediaPending: true }),
    ...(cutFrom !== undefined && { cutFrom }),
  };
  // Whoever had stopped the bot and starts it again wants to be written to.
  return word === "opt_in" || (alone && started !== null)
    ? [{ ...common, kind: "opt_in", why: "asked" }, event]
    : [event];
}

function replyOf({ message, chat }: Frame): { replyTo: string } | undefined {
  const replied = recordOf(message["reply_to_message"]);
  const id = optionalId(replied?.["message_id"]);
  return replied === undefined || id === undefined || isTopicNotice(replied)
    ? undefined
    : { replyTo: messageIdOf(chat, id) };
}

function editOf(frame: Frame): InboundEvent[] {
  const { message, updateId } = frame;
  const content = contentOf(message);
  const { externalId, at } = commonOf(frame);
  const { text } = messageText(content !== null && "text" in content ? content.text : "");
  return [{ externalId: `${externalId}:${updateId}`, at, kind: "edit", target: externalId, text }];
}

/** Told twice, in the group that was and in the supergroup that it became; both times it is about the conversation that was. */
function migrationOf(frame: Frame): Read {
  const { message, chat } = frame;
  const next = optionalId(message["migrate_to_chat_id"]);
  const before = optionalId(message["migrate_from_chat_id"]);
  if (next === undefined && before === undefined) return null;
  const moved = { previous: before ?? chat, current: next ?? chat };
  const where = before === undefined ? whereOf(frame) : { ...whereOf(frame), thread: threadOf({ chat: before }) };
  return { ...where, ifBegun: true, events: [{ ...commonOf(frame), kind: "identity", ...moved }] };
}
