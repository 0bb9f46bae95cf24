import type { Contact, InboundEvent, InboundMessage } from "@charla/domain/inbound";
import { messageText } from "../http/event-fields.ts";
import { type Fields, fieldsOf, shortOf, textOf } from "../meta/json.ts";
import { optWord } from "../opt-words.ts";
import type { SlackConfig } from "./account.ts";
import { filesOf } from "./files.ts";
import { mentionsBot, readSlackText } from "./read-text.ts";
import { idOf, isDirect, messageIdOf, optionalTs, threadOf, timeOf, tsOf } from "./thread.ts";

export type Rules = { team: string; channels: SlackConfig["channels"]; botUserId: string | undefined };
/** `null`: by the channel's rules this concerns nobody. */
export type Read = { thread: string; contact: Contact; events: InboundEvent[]; ifBegun?: true } | null;

/** Kinds of message that somebody typed; all others are notices about the channel. */
const TYPED = new Set([undefined, "file_share", "thread_broadcast", "me_message", "bot_message"]);
/** Sent on purpose, and nothing that can be read. */
const UNREAD = new Set([
  "huddle_thread",
  "sh_room_created",
  "reply_broadcast",
  "canvas_message",
  "list_record_comment",
]);

export function readEvent(event: Fields, rules: Rules): Read {
  switch (event["type"]) {
    case "message":
      return readAnyMessage(event, rules);
    case "app_mention":
      return readMessage(event, event, rules, true);
    case "reaction_added":
    case "reaction_removed":
      return readReaction(event, rules);
    default:
      return null;
  }
}

function readAnyMessage(event: Fields, rules: Rules): Read {
  const subtype = event["subtype"];
  if (subtype === "message_changed") return readChange(event, rules);
  if (subtype === "message_deleted") return readDeletion(event, fieldsOf(event["previous_message"]), rules);
  if (TYPED.has(textOf(subtype))) return readMessage(event, event, rules, false);
  if (!UNREAD.has(String(subtype)) || concernsNobody(event, event, rules, false)) return null;
  const common = commonOf(event, event);
  return { ...whereOf(event, event, rules), events: [{ ...common, kind: "unsupported", what: String(subtype) }] };
}

/** Bots talk to nobody here: not this one, whose messages come back, and no other, which would never stop. */
const isFromBot = (message: Fields, { botUserId }: Rules): boolean =>
  message["bot_id"] !== undefined || message["subtype"] === "bot_message" || textOf(message["user"]) === botUserId;

function concernsNobody(message: Fields, event: Fields, rules: Rules, mentioned: boolean): boolean {
  if (isFromBot(message, rules) || textOf(message["user"]) === undefined) return true;
  if (isDirect(idOf(event["channel"], "channel")) || event["channel_type"] === "im") return false;
  const { channels, botUserId } = rules;
  if (channels === "off" || channels === "all") return channels === "off";
  if (mentioned || mentionsBot(textOf(message["text"]) ?? "", botUserId)) return false;
  if (optionalTs(message["thread_ts"]) === undefined) return true;
  return channels === "addressed" && (botUserId === undefined || message["parent_user_id"] !== botUserId);
}

/** Who else takes part in a thread only its conversation knows: where the bot was never addressed there is none. */
function onlyIfBegun(message: Fields, event: Fields, { channels, botUserId }: Rules, mentioned: boolean): boolean {
  if (channels !== "threads" || isDirect(idOf(event["channel"], "channel")) || event["channel_type"] === "im")
    return false;
  if (mentioned || mentionsBot(textOf(message["text"]) ?? "", botUserId)) return false;
  return botUserId === undefined || message["parent_user_id"] !== botUserId;
}

/** A mention comes twice, as itself and as a message; both are the same message under the same id. */
function readMessage(message: Fields, event: Fields, rules: Rules, mentioned: boolean): Read {
  if (concernsNobody(message, event, rules, mentioned)) return null;
  const common = commonOf(message, event);
  const place = {
    ...whereOf(message, event, rules),
    ...(onlyIfBegun(message, event, rules, mentioned) && { ifBegun: true as const }),
  };
  const { text, cutFrom } = messageText(readSlackText(textOf(message["text"]) ?? "", rules.botUserId));
  const media = filesOf(message);
  if (text === "" && media === undefined)
    return { ...place, events: [{ ...common, kind: "unsupported", what: "message" }] };
  const direct = isDirect(idOf(event["channel"], "channel"));
  const word = direct ? optWord(text) : undefined;
  if (word === "opt_out") return { ...place, events: [{ ...common, kind: "opt_out", why: "asked" }] };
  const read: InboundMessage = {
    ...common,
    kind: "message",
    text,
    ...(media && { media }),
    ...(!direct && { sender: senderOf(message) }),
    ...(cutFrom !== undefined && { cutFrom }),
  };
  return { ...place, events: word === "opt_in" ? [{ ...common, kind: "opt_in", why: "asked" }, read] : [read] };
}

const commonOf = (message: Fields, event: Fields): { externalId: string; at: number } => {
  const ts = tsOf(message["ts"], "ts");
  return { externalId: messageIdOf(idOf(event["channel"], "channel"), ts), at: timeOf(ts) };
};

/** In a channel every thread is a conversation, and a message that is none yet begins one. */
function whereOf(message: Fields, event: Fields, { team }: Rules): { thread: string; contact: Contact } {
  const channel = idOf(event["channel"], "channel");
  const threadTs = optionalTs(message["thread_ts"]);
  if (isDirect(channel)) {
    const thread = threadOf({ team, channel, ...(threadTs !== undefined && { threadTs }) });
    return { thread, contact: { address: idOf(message["user"], "user"), ...nameOf(message) } };
  }
  const thread = threadOf({ team, channel, threadTs: threadTs ?? tsOf(message["ts"], "ts") });
  return { thread, contact: { address: channel } };
}

const nameOf = (message: Fields): { name?: string } => {
  const profile = fieldsOf(message["user_profile"]);
  const name = shortOf(profile["display_name"], 200) ?? shortOf(profile["real_name"], 200);
  return name === undefined ? {} : { name };
};

const senderOf = (message: Fields): NonNullable<InboundMessage["sender"]> => ({
  address: idOf(message["user"], "user"),
  ...nameOf(message),
});

/** Previews of links and edits of our own arrive the same way; only a person's new words are an edit. */
function readChange(event: Fields, rules: Rules): Read {
  const message = fieldsOf(event["message"]);
  const before = fieldsOf(event["previous_message"]);
  if (message["subtype"] === "tombstone") return readDeletion(event, before, rules);
  if (message["edited"] === undefined || message["text"] === before["text"]) return null;
  if (concernsNobody(message, event, rules, false)) return null;
  const { externalId: target } = commonOf(message, event);
  const ts = tsOf(event["ts"], "ts");
  const { text } = messageText(readSlackText(textOf(message["text"]) ?? "", rules.botUserId));
  return {
    ...whereOf(message, event, rules),
    ...(onlyIfBegun(message, event, rules, false) && { ifBegun: true }),
    events: [{ externalId: `${target}:${ts}`, at: timeOf(ts), kind: "edit", target, text }],
  };
}

function readDeletion(event: Fields, before: Fields, rules: Rules): Read {
  if (concernsNobody(before, event, rules, false)) return null;
  const { externalId: target } = commonOf(before, event);
  const ts = tsOf(event["ts"], "ts");
  return {
    ...whereOf(before, event, rules),
    ...(onlyIfBegun(before, event, rules, false) && { ifBegun: true }),
    events: [{ externalId: `${target}:${ts}`, at: timeOf(ts), kind: "delete", target }],
  };
}

/** It is not said in which thread of a channel the message is, so there only those that begin a thread are found. */
function readReaction(event: Fields, rules: Rules): Read {
  const item = fieldsOf(event["item"]);
  if (item["type"] !== "message" || textOf(event["user"]) === rules.botUserId) return null;
  const channel = idOf(item["channel"], "channel");
  if (!isDirect(channel) && (rules.channels === "off" || rules.channels === "addressed")) return null;
  const target = messageIdOf(channel, tsOf(item["ts"], "ts"));
  const at = tsOf(event["event_ts"], "event_ts");
  const user = idOf(event["user"], "user");
  const name = shortOf(event["reaction"], 60) ?? "";
  const emoji = event["type"] === "reaction_removed" ? "" : `:${name}:`;
  const where = whereOf({ ts: item["ts"], user }, { channel }, rules);
  // Two people may react alike, and one may react, take it back and react again.
  const externalId = `${target}:${user}:${name}:${at}`;
  return { ...where, events: [{ externalId, at: timeOf(at), kind: "reaction", target, emoji }] };
}
