import { AppError } from "@charla/domain/errors";
import type { EnrichContext, ParsedWebhook, Verdict, WebhookRequest } from "../../contract.ts";
import { isRecord, parseJsonBody } from "../../json-body.ts";
import { isSameText } from "../../same-text.ts";
import type { EmailAccount } from "../account.ts";
import { addressIn, mailboxOf } from "../address.ts";
import { arrivalOf } from "../arrival.ts";
import { fateOf } from "../callback.ts";
import { bareMime } from "../files.ts";
import { type Fields, fieldsOf, idOf, recordsOf, textOf } from "../fields.ts";
import { inlineRef, keepInline } from "../inline-files.ts";
import { type Mail, type MailFile, MailHeaders } from "../mail.ts";
import { returnPathOf } from "../return-path.ts";
import { timeIn } from "../time.ts";
import { fateIn } from "./fate.ts";

/** Postmark signs nothing: it knows a word, which it sends as basic authentication. */
export async function verifyPostmark(
  { headers }: Pick<WebhookRequest, "headers">,
  { secrets }: EmailAccount,
): Promise<Verdict> {
  const given = headers.get("authorization") ?? "";
  for (const login of secrets.webhookLogins) if (await isSameText(given, `Basic ${btoa(login)}`)) return { ok: true };
  return { ok: false, status: 401, reason: "the credentials are not those of this account" };
}

export async function parsePostmark(
  { rawBody }: Pick<WebhookRequest, "rawBody">,
  account: EmailAccount,
  now: number,
): Promise<ParsedWebhook> {
  const body = bodyIn(rawBody);
  const record = textOf(body["RecordType"]);
  if (record === undefined || record === "Inbound") return arrivalOf(mailOf(body), account, now);
  const fate = fateIn(record, body);
  if (fate === null) return { arrivals: [], rejected: [], ignored: 1 };
  const { thread, message } = fieldsOf(body["Metadata"]);
  const id = idOf(body["MessageID"]);
  const at = timeIn(body["DeliveredAt"] ?? body["BouncedAt"] ?? body["ChangedAt"], now);
  const recipient = body["Recipient"] ?? body["Email"];
  const eventId = `${record}:${id ?? "unknown"}`;
  return fateOf({ eventId, thread, message, providerId: id, recipient, at }, fate);
}

/** Files come inside of the request and nowhere else. */
export async function enrichPostmark(
  parsed: ParsedWebhook,
  { rawBody }: WebhookRequest,
  _account: EmailAccount,
  context: EnrichContext,
): Promise<ParsedWebhook> {
  let attachments: Fields[] | undefined;
  return keepInline(parsed, context, (index) => {
    attachments ??= recordsOf(bodyIn(rawBody)["Attachments"]);
    const file = attachments[index];
    return file === undefined ? undefined : bytesIn(file["Content"]);
  });
}

function bodyIn(rawBody: Uint8Array): Fields {
  const body = parseJsonBody(rawBody);
  if (isRecord(body) && (textOf(body["RecordType"]) ?? textOf(body["MessageID"])) !== undefined) return body;
  throw new AppError("BAD_REQUEST", "not a webhook of Postmark", { publicMessage: "not a webhook of Postmark" });
}

function mailOf(body: Fields): Mail {
  const from = fieldsOf(body["FromFull"]);
  const headers = new MailHeaders(
    recordsOf(body["Headers"])
      .map(({ Name, Value }): [string, string] => [textOf(Name) ?? "", textOf(Value) ?? ""])
      .concat([["date", textOf(body["Date"]) ?? ""]]),
  );
  const addressed = ["ToFull", "CcFull", "BccFull"].flatMap((field) => recordsOf(body[field]));
  const envelopeFrom = returnPathOf(headers);
  const files = recordsOf(body["Attachments"]);
  const report = files.filter(({ ContentType }) => isReportPart(textOf(ContentType) ?? ""));
  return {
    vendorId: idOf(body["MessageID"]) ?? "unknown",
    from: mailboxOf(textOf(from["Email"]) ?? textOf(body["From"]) ?? "", textOf(from["Name"]) ?? ""),
    recipients: [textOf(body["OriginalRecipient"]), ...addressed.map(({ Email }) => textOf(Email))].flatMap(
      (address) => addressIn(address ?? "") ?? [],
    ),
    ...(envelopeFrom !== undefined && { envelopeFrom }),
    subject: textOf(body["Subject"]) ?? "",
    text: textOf(body["TextBody"]),
    html: textOf(body["HtmlBody"]),
    headers,
    files: files.map(fileOf),
    ...(report.length > 0 && { report: report.map(({ Content }) => decoded(Content)) }),
  };
}

function fileOf(file: Fields, index: number): MailFile {
  const size = file["ContentLength"];
  const name = textOf(file["Name"]);
  return {
    ref: inlineRef(index),
    mime: textOf(file["ContentType"]) ?? "application/octet-stream",
    ...(name !== undefined && { name }),
    ...(typeof size === "number" && Number.isSafeInteger(size) && size >= 0 && { size }),
    inline: (textOf(file["ContentID"]) ?? "") !== "",
  };
}

const isReportPart = (mime: string): boolean =>
  ["message/delivery-status", "text/rfc822-headers"].includes(bareMime(mime));

const decoded = (content: unknown): string => new TextDecoder().decode(bytesIn(content) ?? new Uint8Array(0));

function bytesIn(content: unknown): Uint8Array | undefined {
  if (typeof content !== "string") return undefined;
  try {
    const binary = atob(content);
    const bytes = new Uint8Array(binary.length);
    for (let at = 0; at < binary.length; at++) bytes[at] = binary.charCodeAt(at);
    return bytes;
  } catch {
    return undefined;
  }
}
