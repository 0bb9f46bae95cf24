import type { InboundEvent, InboundMessage, MessagePart } from "@charla/domain/inbound";
import { eventTime, externalId, messageText, Rejection, shortText } from "../../http/event-fields.ts";
import { isRecord } from "../../json-body.ts";
import { optWord } from "../../opt-words.ts";
import { type Fields, fieldsOf, shortOf, textOf } from "../json.ts";
import { addressOf, attachmentsOf } from "./attachments.ts";

const MAX_ID = 256;

/** What one event of a person means; empty for what is no message and no news of one. */
export function eventsOf(event: Fields, now: number, unanswered?: string): InboundEvent[] {
  const at = eventTime(event["timestamp"], now);
  const { message, postback, reaction, message_edit: edit } = event;
  if (isRecord(message)) return messageOf(message, at, unanswered);
  if (isRecord(postback)) return [postbackOf(postback, at, unanswered)];
  if (isRecord(reaction)) return [reactionOf(reaction, at)];
  if (isRecord(edit)) return [editOf(edit, at)];
  return [];
}

function messageOf(message: Fields, at: number, unanswered: string | undefined): InboundEvent[] {
  const common = { externalId: externalId(message["mid"], "id"), at };
  if (message["is_deleted"] === true) return [{ ...common, kind: "delete", target: common.externalId }];
  if (message["is_unsupported"] === true) return [{ ...common, kind: "unsupported", what: "unsupported" }];
  const { text, cutFrom } = messageText(message["text"]);
  const { media, parts, unknown } = attachmentsOf(message);
  const story = storyOf(message);
  const allParts = story === undefined ? parts : [...parts, story];
  const action = actionOf(message, text);
  if (text === "" && media.length === 0 && parts.length === 0) {
    const what = unknown[0];
    if (what === undefined) throw new Rejection("empty_message");
    return [{ ...common, kind: "unsupported", what }];
  }
  const replyTo = fieldsOf(message["reply_to"])["mid"];
  return withOptWord({
    ...common,
    kind: "message",
    text,
    ...(media.length > 0 && { media }),
    ...(allParts.length > 0 && { parts: allParts }),
    ...(action && { action }),
    ...(replyTo !== undefined && { replyTo: externalId(replyTo, "reply_to") }),
    ...(cutFrom !== undefined && { cutFrom }),
    ...(unanswered !== undefined && { unanswered }),
  });
}

function actionOf(message: Fields, text: string): InboundMessage["action"] {
  const reply = message["quick_reply"];
  if (!isRecord(reply)) return undefined;
  const id = shortText(reply["payload"], "action", 1000);
  return { id, title: text === "" ? id : text.slice(0, 256) };
}

/** A reply to a story carries the story itself. */
function storyOf(message: Fields): MessagePart | undefined {
  const story = fieldsOf(message["reply_to"])["story"];
  if (!isRecord(story)) return referralOf(message["referral"]);
  const url = addressOf(story["url"]);
  return { type: "referral", source: "story_reply", ...(url !== undefined && { url }) };
}

function postbackOf(postback: Fields, at: number, unanswered: string | undefined): InboundEvent {
  const id = shortText(postback["payload"], "action", 1000);
  const title = shortOf(postback["title"], 256) ?? id.slice(0, 256);
  const referral = referralOf(postback["referral"]);
  return {
    // Older versions of the API give a tap no id; its time and what was tapped are then all there is to tell it by.
    externalId: externalId(textOf(postback["mid"]) ?? `postback:${at}:${hashOf(id)}`, "id"),
    at,
    kind: "message",
    text: title,
    action: { id, title },
    ...(referral && { parts: [referral] }),
    ...(unanswered !== undefined && { unanswered }),
  };
}

export function referralOf(value: unknown): MessagePart | undefined {
  if (!isRecord(value)) return undefined;
  const source = [textOf(value["source"]) ?? "referral", textOf(value["ref"]) ?? textOf(value["ad_id"])];
  const context = fieldsOf(value["ads_context_data"]);
  const title = shortOf(context["ad_title"], 500);
  const url = addressOf(value["referer_uri"]);
  return {
    type: "referral",
    source: source
      .filter((part) => part !== undefined)
      .join(":")
      .slice(0, 200),
    ...(title !== undefined && { title }),
    ...(url !== undefined && { url }),
  };
}

function reactionOf(reaction: Fields, at: number): InboundEvent {
  const target = externalId(reaction["mid"], "target");
  const gone = reaction["action"] === "unreact";
  const emoji = gone ? "" : shortText(reaction["emoji"] ?? reaction["reaction"] ?? "", "emoji", 64);
  return { externalId: eventId(gone ? "unreact" : "react", target, at), at, kind: "reaction", target, emoji };
}

function editOf(edit: Fields, at: number): InboundEvent {
  const target = externalId(edit["mid"], "target");
  const { text } = messageText(edit["text"]);
  if (text === "") throw new Rejection("empty_message");
  const count = typeof edit["num_edit"] === "number" ? edit["num_edit"] : at;
  return { externalId: eventId("edit", target, count), at, kind: "edit", target, text };
}

/** Events about a message have no id of their own; ids of messages differ at their end. */
const eventId = (what: string, target: string, n: number): string => {
  const head = `${what}:${n}:`;
  return head + target.slice(-(MAX_ID - head.length));
};

function withOptWord(message: InboundMessage): InboundEvent[] {
  const word = message.action === undefined && message.media === undefined ? optWord(message.text) : undefined;
  if (word === undefined) return [message];
  const { externalId: id, at } = message;
  if (word === "opt_in") return [{ kind: word, externalId: id, at, why: "asked" }, message];
  return [
    { ...message, unanswered: "opt_out" },
    { kind: word, externalId: id, at, why: "asked" },
  ];
}

/** FNV-1a, for a name and not for a proof. */
function hashOf(text: string): string {
  let hash = 0x811c9dc5;
  for (const char of text) hash = Math.imul(hash ^ (char.codePointAt(0) ?? 0), 0x01000193) >>> 0;
  return hash.toString(16);
}
