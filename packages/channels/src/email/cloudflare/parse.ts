import { hexOf } from "@charla/domain/hex";
import { AppError } from "@charla/domain/errors";
import PostalMime, { type Address, type Attachment, type Email } from "postal-mime";
import type { EnrichContext, ParsedWebhook, WebhookRequest } from "../../contract.ts";
import { type EmailAccount, inboxOf } from "../account.ts";
import { addressIn, detailOf, mailboxOf } from "../address.ts";
import { arrivalOf } from "../arrival.ts";
import { bareMime } from "../files.ts";
import { inlineRef, keepInline } from "../inline-files.ts";
import { envelopeOf } from "../envelope.ts";
import { type Mail, MailHeaders } from "../mail.ts";

const REPORT_PARTS = new Set(["message/delivery-status", "text/rfc822-headers", "message/rfc822"]);
const decoder = new TextDecoder();

/** The raw mail with its envelope in the head of the request, as the platform's mail entry hands it over. */
export async function parseRawMail(
  request: Pick<WebhookRequest, "rawBody" | "headers">,
  account: EmailAccount,
  now: number,
): Promise<ParsedWebhook> {
  const { to } = envelopeOf(request.headers);
  const inbox = inboxOf(account.config);
  // The way in remembers for a while whose an address was.
  if (addressIn(to) !== inbox && detailOf(addressIn(to) ?? "", inbox) === undefined)
    throw new AppError("UNAVAILABLE", "the mail is for an address that this account no longer has");
  const email = await readMime(request.rawBody);
  return arrivalOf(await mailOf(email, request), account, now);
}

/** The platform hands a mail over once; whatever is attached must be stored before it is taken. */
export async function keepAttachments(
  parsed: ParsedWebhook,
  { rawBody }: Pick<WebhookRequest, "rawBody">,
  _account: EmailAccount,
  context: EnrichContext,
): Promise<ParsedWebhook> {
  const hasFiles = parsed.arrivals.some(({ events }) => events.some((event) => "media" in event));
  if (!hasFiles) return parsed;
  const { attachments } = await readMime(rawBody);
  return keepInline(parsed, context, (index) => {
    const file = attachments[index];
    return file === undefined ? undefined : bytesOf(file);
  });
}

/** Mails inside of mails are files of their own, not text of this one. */
const readMime = (rawBody: Uint8Array): Promise<Email> =>
  PostalMime.parse(rawBody, {
    forceRfc822Attachments: true,
    attachmentEncoding: "arraybuffer",
    maxNestingDepth: 32,
    maxHeadersSize: 262_144,
  });

async function mailOf(email: Email, { headers, rawBody }: Pick<WebhookRequest, "rawBody" | "headers">): Promise<Mail> {
  const [from] = mailboxesOf(email.from === undefined ? [] : [email.from]);
  const envelope = envelopeOf(headers);
  const to = addressIn(envelope.to);
  const recipients = mailboxesOf([...(email.to ?? []), ...(email.cc ?? [])]).map(({ address }) => address);
  const known = new MailHeaders(email.headers.map(({ key, value }) => [key, value] as const));
  const isReport = /^multipart\/report\b/i.test(known.get("content-type") ?? "");
  return {
    vendorId: `raw:${await sha256(rawBody)}`,
    from,
    recipients: to === undefined ? recipients : [to, ...recipients],
    envelopeFrom: envelope.from.toLowerCase(),
    subject: email.subject ?? "",
    text: email.text,
    html: email.html,
    headers: known,
    files: email.attachments.map((file, index) => ({
      ref: inlineRef(index),
      mime: file.mimeType,
      ...(file.filename !== null && { name: file.filename }),
      size: bytesOf(file).length,
      inline: file.disposition === "inline" || file.related === true,
    })),
    ...(isReport && { report: email.attachments.filter(isReportPart).map((part) => decoder.decode(bytesOf(part))) }),
  };
}

const isReportPart = ({ mimeType }: Attachment): boolean => REPORT_PARTS.has(bareMime(mimeType));

const mailboxesOf = (addresses: readonly Address[]): { address: string; name?: string }[] =>
  addresses
    .flatMap((one) => one.group ?? [{ name: one.name, address: one.address ?? "" }])
    .flatMap(({ address, name }) => mailboxOf(address, name) ?? []);

const bytesOf = ({ content }: Attachment): Uint8Array =>
  typeof content === "string" ? new TextEncoder().encode(content) : new Uint8Array(content);

async function sha256(bytes: Uint8Array): Promise<string> {
  return hexOf(await crypto.subtle.digest("SHA-256", new Uint8Array(bytes)));
}
