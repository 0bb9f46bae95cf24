import type { Accepted, TwilioAccountBook } from "./account.ts";
import { expand } from "./content.ts";

export type Refusal = { status: number; code: number; message: string };
export type Wanted = Pick<Accepted, "from" | "to" | "text" | "buttons" | "media" | "statusCallback" | "contentSid">;

const KNOWN = new Set([
  "To",
  "From",
  "MessagingServiceSid",
  "Body",
  "MediaUrl",
  "StatusCallback",
  "ContentSid",
  "ContentVariables",
]);
const WINDOW_MS = 24 * 3_600_000;
const ADDRESS = /^(whatsapp:)?(\+[1-9]\d{5,14}|[A-Z]{2}\.[A-Za-z0-9]{1,128})$/;

const no = (code: number, message: string, status = 400): Refusal => ({ status, code, message });

/** The rules of `Messages.json`, with the codes that Twilio answers when they are broken. */
export function readMessage(account: TwilioAccountBook, form: URLSearchParams): Wanted | Refusal {
  const unknown = [...form.keys()].find((name) => !KNOWN.has(name));
  if (unknown !== undefined) return no(20001, `Unknown parameter ${unknown}`);
  const to = form.get("To") ?? "";
  if (to === "") return no(21604, "A 'To' phone number is required");
  if (!ADDRESS.test(to)) return no(21211, `Invalid 'To' Phone Number: ${to}`);
  const from = senderOf(account, form, to);
  if (typeof from !== "string") return from;
  if (to.startsWith("whatsapp:") !== from.startsWith("whatsapp:"))
    return no(21910, "'To' and 'From' are of different channels");
  if (account.stopped.has(to)) return no(21610, "Attempt to send to unsubscribed recipient");
  const callback = form.get("StatusCallback") ?? "";
  if (callback !== "" && !URL.canParse(callback)) return no(21609, "Invalid 'StatusCallback' URL");
  const media = form.getAll("MediaUrl");
  const most = to.startsWith("whatsapp:") ? 1 : 10;
  if (media.length > most) return no(21623, `More than ${most} media`);
  if (!media.every((url) => URL.canParse(url))) return no(21620, "Invalid media URL");
  const words = wordsOf(account, form);
  if ("code" in words) return words;
  if (words.text === "" && media.length === 0) return no(21602, "A message body is required");
  return { from, to, media, statusCallback: callback, ...words };
}

/** WhatsApp lets only templates out of its window; Twilio takes the message all the same and reports the failure later. */
export const isTooLate = (account: TwilioAccountBook, { to, contentSid }: Wanted, now: number): boolean =>
  to.startsWith("whatsapp:") && contentSid === undefined && now - (account.lastInbound.get(to) ?? now) > WINDOW_MS;

function senderOf(account: TwilioAccountBook, form: URLSearchParams, to: string): string | Refusal {
  const service = form.get("MessagingServiceSid");
  if (service !== null) {
    if (!account.services.has(service)) return no(21701, "The Messaging Service does not exist");
    const [number] = to.startsWith("whatsapp:") ? account.whatsAppSenders : account.numbers.keys();
    return number ?? no(21704, "The Messaging Service contains no phone numbers");
  }
  const from = form.get("From") ?? "";
  if (from === "") return no(21603, "A 'From' phone number is required");
  if (from.startsWith("whatsapp:"))
    return account.whatsAppSenders.has(from) ? from : no(63007, "No channel with this From address");
  return account.numbers.has(from) ? from : no(21660, "Mismatch between the 'From' number and the account");
}

function wordsOf(
  account: TwilioAccountBook,
  form: URLSearchParams,
): Pick<Wanted, "text" | "buttons" | "contentSid"> | Refusal {
  const contentSid = form.get("ContentSid");
  const text = form.get("Body") ?? "";
  if (contentSid === null) {
    if (form.has("ContentVariables")) return no(21654, "ContentSid Required");
    return text.length > 1600
      ? no(21617, "The concatenated message body exceeds the 1600 character limit")
      : { text, buttons: [] };
  }
  const content = account.contents.find(({ sid }) => sid === contentSid);
  if (content === undefined) return no(21655, "The ContentSid is invalid");
  const filled = expand(content, form.get("ContentVariables") ?? "{}");
  return filled === null ? no(21656, "The ContentVariables Parameter is invalid") : { ...filled, contentSid };
}
