import { AppError } from "@charla/domain/errors";
import type { EnrichContext, ParsedWebhook, Verdict, WebhookRequest } from "../../contract.ts";
import { isRecord, parseJsonBody } from "../../json-body.ts";
import { verify } from "../../standard-webhooks.ts";
import type { EmailAccount } from "../account.ts";
import { addressIn, mailboxIn } from "../address.ts";
import { arrivalOf } from "../arrival.ts";
import { type Fate, fateOf } from "../callback.ts";
import { type Fields, fieldsOf, idOf, recordsOf, textOf, textsOf } from "../fields.ts";
import { type Mail, MailHeaders } from "../mail.ts";
import { returnPathOf } from "../return-path.ts";
import { timeIn } from "../time.ts";
import { callResend } from "./api.ts";

/** Resend signs like Standard Webhooks, under the names of the service that delivers for it. */
export function verifyResend(
  { headers, rawBody }: WebhookRequest,
  { secrets }: EmailAccount,
  now: number,
): Promise<Verdict> {
  const standard = new Headers();
  for (const part of ["id", "timestamp", "signature"])
    standard.set(`webhook-${part}`, headers.get(`svix-${part}`) ?? "");
  return verify(standard, rawBody, secrets.signingSecrets, now);
}

export async function parseResend(
  { rawBody }: Pick<WebhookRequest, "rawBody">,
  account: EmailAccount,
  now: number,
): Promise<ParsedWebhook> {
  const { type, data, at } = eventIn(rawBody, now);
  if (type === "email.received") return arrivalOf(mailOf(data), account, now);
  const fate = fateIn(type, data);
  const id = idOf(data["email_id"]);
  if (fate === null || id === undefined) return { arrivals: [], rejected: [], ignored: 1 };
  const tags = tagsOf(data["tags"]);
  const [recipient] = textsOf(data["to"]);
  const callback = { eventId: `${type}:${id}`, ...tags, providerId: id, recipient, at };
  return fateOf(callback, fate);
}

/** The webhook says that there is a mail, the API what it says. A mail that is gone by now is kept as far as it is known. */
export async function enrichResend(
  parsed: ParsedWebhook,
  { rawBody }: WebhookRequest,
  account: EmailAccount,
  context: EnrichContext,
): Promise<ParsedWebhook> {
  const { type, data } = eventIn(rawBody, context.now);
  const id = idOf(data["email_id"]);
  if (type !== "email.received" || id === undefined) return parsed;
  const answer = await callResend("GET", `/emails/receiving/${id}?html_format=cid`, account, context);
  if (!answer.lost && (answer.status === 404 || answer.status === 410)) return parsed;
  if (answer.lost || answer.status !== 200 || !isRecord(answer.body)) {
    const why = answer.lost ? answer.message : `answered ${answer.status}`;
    throw new AppError("UNAVAILABLE", `the mail could not be fetched: ${why}`);
  }
  return arrivalOf(mailOf({ ...data, ...answer.body, email_id: id }), account, context.now);
}

function eventIn(rawBody: Uint8Array, now: number): { type: string; data: Fields; at: number } {
  const body = parseJsonBody(rawBody);
  const type = isRecord(body) ? textOf(body["type"]) : undefined;
  if (!isRecord(body) || type === undefined || !isRecord(body["data"])) {
    throw new AppError("BAD_REQUEST", "not an event of Resend", { publicMessage: "not an event of Resend" });
  }
  return { type, data: body["data"], at: timeIn(body["created_at"], now) };
}

/** Of the webhook's fields or of the whole mail's: the latter has the same ones and more. */
function mailOf(data: Fields): Mail {
  const id = idOf(data["email_id"]) ?? "unknown";
  const headers = new MailHeaders(headersIn(data));
  const recipients = ["received_for", "to", "cc"].flatMap((field) => textsOf(data[field]));
  const envelopeFrom = returnPathOf(headers);
  return {
    vendorId: id,
    from: mailboxIn(textOf(data["from"]) ?? ""),
    recipients: recipients.flatMap((text) => mailboxIn(text)?.address ?? addressIn(text) ?? []),
    ...(envelopeFrom !== undefined && { envelopeFrom }),
    subject: textOf(data["subject"]) ?? "",
    text: textOf(data["text"]),
    html: textOf(data["html"]),
    headers,
    files: recordsOf(data["attachments"]).flatMap((file) => {
      const fileId = idOf(file["id"]);
      if (fileId === undefined) return [];
      const name = textOf(file["filename"]);
      const size = file["size"];
      return [
        {
          ref: `${id}/${fileId}`,
          mime: textOf(file["content_type"]) ?? "application/octet-stream",
          ...(name !== undefined && { name }),
          ...(typeof size === "number" && Number.isSafeInteger(size) && size >= 0 && { size }),
          inline: file["content_disposition"] === "inline",
        },
      ];
    }),
  };
}

function headersIn(data: Fields): [string, string][] {
  const entries: [string, string][] = [];
  for (const [name, value] of Object.entries(fieldsOf(data["headers"])))
    for (const one of typeof value === "string" ? [value] : textsOf(value)) entries.push([name, one]);
  const id = textOf(data["message_id"]);
  if (id !== undefined) entries.push(["message-id", id]);
  const at = textOf(data["created_at"]);
  if (at !== undefined) entries.push(["date", at]);
  return entries;
}

function fateIn(type: string, data: Fields): Fate | null {
  const { message, type: kind, subType } = fieldsOf(data["bounce"]);
  const said = [kind, subType, message].filter((part) => typeof part === "string").join(" ");
  switch (type) {
    case "email.sent":
      return { state: "sent" };
    case "email.delivered":
      return { state: "delivered" };
    case "email.bounced": {
      const hard = kind === "Permanent";
      return { state: "failed", class: hard ? "optout" : "invalid", message: said || "bounced", hard };
    }
    case "email.suppressed": {
      const why = textOf(fieldsOf(data["suppressed"])["message"]) ?? "the address is on the suppression list";
      return { state: "failed", class: "optout", message: why, hard: true };
    }
    case "email.failed": {
      const why = textOf(fieldsOf(data["failed"])["reason"]) ?? "failed";
      return { state: "failed", class: "invalid", message: why, hard: false };
    }
    case "email.complained":
      return { state: "complaint" };
    default:
      return null;
  }
}

/** Written as an object; lists of name and value are how they are sent. */
function tagsOf(tags: unknown): { thread: unknown; message: unknown } {
  const list = recordsOf(tags);
  const found =
    list.length > 0 ? Object.fromEntries(list.map(({ name, value }) => [String(name), value])) : fieldsOf(tags);
  return { thread: found["thread"], message: found["message"] };
}
