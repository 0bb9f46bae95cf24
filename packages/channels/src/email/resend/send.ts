import type { SendErrorClass } from "@charla/domain/inbound";
import type { SendContext, SendResult } from "../../contract.ts";
import { retryAfterOf } from "../../json-call.ts";
import type { EmailAccount } from "../account.ts";
import { toBase64 } from "../attach.ts";
import type { OutMail } from "../compose.ts";
import { fieldsOf, textOf } from "../fields.ts";
import { callResend } from "./api.ts";

const HOUR_MS = 3_600_000;

/** https://resend.com/docs/api-reference/errors */
const CLASSES: Record<string, SendErrorClass> = {
  rate_limit_exceeded: "throttle",
  daily_quota_exceeded: "throttle",
  monthly_quota_exceeded: "policy",
  missing_api_key: "auth",
  invalid_api_key: "auth",
  restricted_api_key: "auth",
  invalid_access: "auth",
  invalid_from_address: "auth",
  concurrent_idempotent_requests: "transient",
  security_error: "policy",
};
const QUOTAS = new Set(["daily_quota_exceeded"]);

/** The same id and the same bytes on every try: within a day the vendor sends it once. */
export async function sendByResend(mail: OutMail, account: EmailAccount, context: SendContext): Promise<SendResult> {
  const { from, to, replyTo, subject, text, html, headers, files, tags } = mail;
  const json = {
    from: from.name === "" ? from.address : `"${from.name.replaceAll(/["\\]/g, "")}" <${from.address}>`,
    to: [to],
    reply_to: replyTo,
    subject,
    text,
    html,
    headers,
    tags: Object.entries(tags).map(([name, value]) => ({ name, value })),
    ...(files.length > 0 && {
      attachments: files.map((file) => ({
        filename: file.name,
        content_type: file.mime,
        ...("url" in file ? { path: file.url } : { content: toBase64(file.bytes) }),
      })),
    }),
  };
  const answer = await callResend("POST", "/emails", account, context, { json, key: tags.message });
  if (answer.lost) return { ok: false, class: answer.denied ? "policy" : "ambiguous", message: answer.message };
  const body = fieldsOf(answer.body);
  if (answer.status >= 200 && answer.status < 300) {
    const providerId = textOf(body["id"]);
    if (providerId === undefined) return { ok: false, class: "ambiguous", message: "the answer names no mail" };
    return { ok: true, state: "sent", providerId };
  }
  const name = textOf(body["name"]) ?? "";
  const said = textOf(body["message"]) ?? `Resend answered ${answer.status}`;
  const wait = QUOTAS.has(name) ? { retryAfterMs: HOUR_MS } : retryAfterOf(answer.headers);
  return { ok: false, class: classOf(name, answer.status), message: said.slice(0, 500), ...wait };
}

function classOf(name: string, status: number): SendErrorClass {
  const known = Object.hasOwn(CLASSES, name) ? CLASSES[name] : undefined;
  if (known !== undefined) return known;
  if (status === 429) return "throttle";
  // A domain that is not verified is refused like a key that may not send.
  if (status === 401 || status === 403) return "auth";
  if (status === 408 || status === 425 || status === 503) return "transient";
  if (status >= 500) return name === "" ? "ambiguous" : "transient";
  return "invalid";
}
