import type { InboundEvent, InboundMessage, Media, MessagePart } from "@charla/domain/inbound";
import { cutAt } from "../clean-text.ts";
import { eventTime, externalId, messageText, Rejection, shortText } from "../http/event-fields.ts";
import { type Fields, fieldsOf, recordsOf, shortOf, textOf, timeOfSeconds } from "../meta/json.ts";
import { optWord, stopLanguage } from "../opt-words.ts";
import { mediaOf } from "./media-fields.ts";
import { cardsOf, formOf, locationOf, orderOf, referralOf } from "./parts.ts";

type Common = { externalId: string; at: number };
type Content = Pick<InboundMessage, "text"> & Partial<Omit<InboundMessage, "kind" | "externalId" | "at" | "text">>;
type Reader = (body: Fields, message: Fields) => Content;

const media =
  (type: Media["type"]): Reader =>
  (body) => ({ ...messageText(body["caption"]), media: [mediaOf(type, body)] });

const parts = (...list: MessagePart[]): Content => ({ text: "", parts: list });

const READERS: Record<string, Reader> = {
  text: (body) => messageText(body["body"]),
  image: media("image"),
  video: media("video"),
  document: media("document"),
  sticker: media("sticker"),
  audio: media("audio"),
  location: (body) => parts(locationOf(body)),
  contacts: (_, message) => parts(...cardsOf(message["contacts"])),
  order: (body) => ({ ...messageText(body["text"]), parts: [orderOf(body)] }),
  button: (body) => tapped(body["payload"] ?? body["text"], body["text"]),
};

/** What a tap says; the title is its text as well, so that a person reading along sees what was chosen. */
function tapped(id: unknown, title: unknown): Content {
  const text = shortText(title ?? id, "action", 256);
  return { text, action: { id: shortText(id, "action", 256), title: text } };
}

export function commonOf(message: Fields, now: number): Common {
  return {
    externalId: externalId(message["id"], "id"),
    at: eventTime(timeOfSeconds(message["timestamp"]), now),
  };
}

/** What one message of the webhook means; nothing at all for the vendor's own notes in a chat. */
export function eventsOf(message: Fields, now: number, sender?: InboundMessage["sender"]): InboundEvent[] {
  const common = commonOf(message, now);
  const type = shortOf(message["type"], 64) ?? "";
  const body = fieldsOf(message[type]);
  switch (type) {
    case "reaction":
      return [
        {
          ...common,
          kind: "reaction",
          target: externalId(body["message_id"], "target"),
          emoji: shortText(body["emoji"] ?? "", "emoji", 64),
        },
      ];
    case "revoke":
      return [{ ...common, kind: "delete", target: externalId(body["original_message_id"], "target") }];
    case "edit":
      return [editOf(common, body)];
    case "request_welcome":
      return [];
    case "unsupported":
      return [{ ...common, kind: "unsupported", what: reasonOf(message) }];
    default: {
      const content = contentOf(type, body, message);
      if (content === null) return [{ ...common, kind: "unsupported", what: type || "unknown" }];
      return withOptWord({
        ...common,
        kind: "message",
        ...content,
        ...aboutOf(message, content.parts),
        ...(sender && { sender }),
      });
    }
  }
}

function contentOf(type: string, body: Fields, message: Fields): Content | null {
  if (type === "interactive") return interactiveOf(body);
  const content = Object.hasOwn(READERS, type) ? READERS[type]?.(body, message) : undefined;
  if (content === undefined) return null;
  if (content.text === "" && !content.media && !content.parts?.length) throw new Rejection("empty_message");
  return content;
}

/** Now and then the reply comes without its body, with only an error beside it. */
function interactiveOf(body: Fields): Content | null {
  const type = textOf(body["type"]) ?? "";
  const reply = fieldsOf(body[type]);
  if (type === "button_reply" || type === "list_reply") return tapped(reply["id"], reply["title"]);
  if (type !== "nfm_reply") return null;
  return { ...messageText(reply["body"]), parts: [formOf(reply)] };
}

function editOf(common: Common, body: Fields): InboundEvent {
  const message = fieldsOf(body["message"]);
  const type = textOf(message["type"]) ?? "";
  const content = fieldsOf(message[type]);
  const { text } = messageText(content["body"] ?? content["caption"]);
  if (text === "") return { ...common, kind: "unsupported", what: "edit" };
  return { ...common, kind: "edit", target: externalId(body["original_message_id"], "target"), text };
}

/** What it answers, where it came from, whether it was passed on. */
function aboutOf(message: Fields, own: MessagePart[] = []): Partial<InboundMessage> {
  const context = fieldsOf(message["context"]);
  const replyTo = textOf(context["id"]);
  const referral = referralOf(message["referral"]);
  const forwarded = context["forwarded"] === true || context["frequently_forwarded"] === true;
  return {
    ...(replyTo !== undefined && { replyTo: externalId(replyTo, "reply_to") }),
    ...(forwarded && { forwarded }),
    ...(referral && { parts: [...own, referral] }),
  };
}

/** STOP is kept and not answered; who says START has something to say again, and gets an answer. */
function withOptWord(message: InboundMessage): InboundEvent[] {
  const word = message.sender === undefined && message.action === undefined ? optWord(message.text) : undefined;
  if (word === undefined) return [message];
  const { externalId: id, at } = message;
  if (word === "opt_in") return [{ kind: word, externalId: id, at, why: "asked" }, message];
  const confirm = stopLanguage(message.text);
  return [
    { ...message, unanswered: "opt_out" },
    { kind: word, externalId: id, at, why: "asked", ...(confirm && { confirm }) },
  ];
}

function reasonOf(message: Fields): string {
  const error = recordsOf(message["errors"])[0] ?? {};
  const type = shortOf(fieldsOf(message["unsupported"])["type"], 64);
  return cutAt(type ?? (typeof error["code"] === "number" ? String(error["code"]) : "unsupported"), 64);
}

/** The words of what a person wrote from the phone; a file has only its caption. */
export function echoTextOf(message: Fields): string {
  const type = textOf(message["type"]) ?? "";
  const body = fieldsOf(message[type]);
  return messageText(body["body"] ?? body["caption"] ?? "").text || `[${cutAt(type, 64)}]`;
}
