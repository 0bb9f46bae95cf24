import type { Contact, InboundEvent, InboundMessage, MessagePart } from "@charla/domain/inbound";
import { cutAt, wellFormed } from "../clean-text.ts";
import { externalId, messageText, Rejection, shortText, threadKey } from "../http/event-fields.ts";
import { stopLanguage } from "../opt-words.ts";
import { isWhatsApp, WHATSAPP } from "./address.ts";
import { fileNameIn, mediaOf } from "./inbound-media.ts";
import { keywordOf } from "./keywords.ts";
import { partsOf } from "./parts.ts";

const MAX_NAME = 200;

/** Meta's id of the person where Twilio tells it, with the number as an alias; else the number. */
export function contactOf(fields: URLSearchParams): Contact {
  const from = threadKey(fields.get("From"));
  const meta = fields.get("ExternalUserId") ?? "";
  const id = meta === "" || meta.includes(":") ? meta : WHATSAPP + meta;
  const contact: Contact = { address: id === "" ? from : threadKey(id) };
  const aliases = new Set([from]);
  const digits = fields.get("WaId") ?? "";
  if (isWhatsApp(from) && /^\d{6,15}$/.test(digits)) aliases.add(`${WHATSAPP}+${digits}`);
  aliases.delete(contact.address);
  if (aliases.size > 0) contact.aliases = [...aliases];
  const name = wellFormed(fields.get("ProfileName") ?? "");
  if (name !== "") contact.name = cutAt(name, MAX_NAME);
  return contact;
}

/** Mostly one; a word that stops or resumes messages may be worth two. Twilio says no time: it is now. */
export function eventsOf(fields: URLSearchParams, now: number): InboundEvent[] {
  const sid = fields.get("MessageSid") ?? fields.get("SmsMessageSid") ?? fields.get("SmsSid");
  if (sid === null) throw new Rejection("not_a_message");
  const common = { externalId: externalId(sid, "id"), at: now };
  const message = messageOf(common, fields);
  const keyword = keywordOf(fields.get("From") ?? "", fields.get("Body") ?? "", fields.get("OptOutType"));
  if (keyword === null) return [message];
  if (keyword.meaning === "stop") {
    const confirm = keyword.answered ? undefined : stopLanguage(fields.get("Body") ?? "");
    return [{ ...common, kind: "opt_out", why: "asked", ...(confirm && { confirm }) }];
  }
  if (keyword.meaning === "start") {
    const resumed: InboundEvent = { ...common, kind: "opt_in", why: "asked" };
    return keyword.answered ? [resumed] : [resumed, message];
  }
  return message.kind === "message" ? [{ ...message, unanswered: "Twilio answered the word HELP" }] : [message];
}

function messageOf(
  common: { externalId: string; at: number },
  fields: URLSearchParams,
): InboundMessage | Extract<InboundEvent, { kind: "unsupported" }> {
  const media = mediaOf(fields);
  const { text, cutFrom } = messageText(fileNameIn(fields) === undefined ? (fields.get("Body") ?? "") : "");
  const parts = partsOf(fields);
  const action = actionOf(fields);
  const says = text !== "" || media.length > 0 || action !== undefined || parts.some(isContent);
  if (!says) return { ...common, kind: "unsupported", what: whatOf(fields) };
  const replied = fields.get("OriginalRepliedMessageSid") ?? "";
  const forwarded = fields.get("Forwarded") === "true" || fields.get("FrequentlyForwarded") === "true";
  return {
    ...common,
    kind: "message",
    text,
    ...(media.length > 0 && { media }),
    ...(parts.length > 0 && { parts }),
    ...(action && { action }),
    ...(replied !== "" && { replyTo: externalId(replied, "reply_to") }),
    ...(forwarded && { forwarded }),
    ...(cutFrom !== undefined && { cutFrom }),
  };
}

/** Where somebody came from says nothing by itself. */
const isContent = ({ type }: MessagePart): boolean => type !== "referral";

const whatOf = (fields: URLSearchParams): string => cutAt(wellFormed(fields.get("MessageType") ?? ""), 64) || "empty";

function actionOf(fields: URLSearchParams): { id: string; title: string } | undefined {
  const payload = fields.get("ButtonPayload") ?? fields.get("ListId") ?? "";
  const title = fields.get("ButtonText") ?? fields.get("ListTitle") ?? "";
  if (payload === "" && title === "") return undefined;
  return { id: shortText(payload || title, "action", 256), title: shortText(title || payload, "action", 256) };
}
