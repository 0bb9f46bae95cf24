import type { SendErrorClass } from "@charla/domain/inbound";
import type { SendContext, SendResult } from "../../contract.ts";
import { retryAfterOf } from "../../json-call.ts";
import type { EmailAccount } from "../account.ts";
import { toBase64 } from "../attach.ts";
import type { OutMail } from "../compose.ts";
import { fieldsOf, textOf } from "../fields.ts";
import { callPostmark, streamOf } from "./api.ts";

/** https://postmarkapp.com/developer/api/overview#error-codes */
const CLASSES: Record<number, SendErrorClass> = {
  10: "auth",
  100: "transient",
  400: "auth",
  401: "auth",
  405: "policy",
  406: "optout",
  412: "policy",
  413: "policy",
  429: "throttle",
};

export async function sendByPostmark(mail: OutMail, account: EmailAccount, context: SendContext): Promise<SendResult> {
  const { from, to, replyTo, subject, text, html, headers, files, tags, messageId } = mail;
  const json = {
    From: from.name === "" ? from.address : `"${from.name.replaceAll(/["\\]/g, "")}" <${from.address}>`,
    To: to,
    ReplyTo: replyTo,
    Subject: subject,
    TextBody: text,
    HtmlBody: html,
    MessageStream: streamOf(account),
    TrackOpens: false,
    TrackLinks: "None",
    Metadata: tags,
    Headers: Object.entries({ ...headers, "Message-ID": messageId, "X-PM-KeepID": "true" }).map(([Name, Value]) => ({
      Name,
      Value,
    })),
    ...(files.length > 0 && {
      Attachments: files.flatMap((file) =>
        "url" in file ? [] : [{ Name: file.name, ContentType: file.mime, Content: toBase64(file.bytes) }],
      ),
    }),
  };
  const answer = await callPostmark("POST", "/email", account, context, json);
  if (answer.lost) return { ok: false, class: answer.denied ? "policy" : "ambiguous", message: answer.message };
  const body = fieldsOf(answer.body);
  const code = typeof body["ErrorCode"] === "number" ? body["ErrorCode"] : undefined;
  const providerId = textOf(body["MessageID"]);
  if (answer.status === 200 && code === 0 && providerId !== undefined) return { ok: true, state: "sent", providerId };
  const said = textOf(body["Message"]) ?? `Postmark answered ${answer.status}`;
  return {
    ok: false,
    class: classOf(answer.status, code),
    message: said.slice(0, 500),
    ...retryAfterOf(answer.headers),
  };
}

function classOf(status: number, code: number | undefined): SendErrorClass {
  const known = code === undefined ? undefined : CLASSES[code];
  if (known !== undefined) return known;
  if (status === 429) return "throttle";
  if (status === 401 || status === 403) return "auth";
  if (status === 408 || status === 503) return "transient";
  // Postmark's own 500 has its error code in it; anything else may have passed the mail on.
  if (status >= 500) return code === undefined ? "ambiguous" : "transient";
  return status >= 300 ? "invalid" : "ambiguous";
}
