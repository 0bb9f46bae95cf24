import { messageOf } from "@charla/domain/errors";
import type { SendErrorClass } from "@charla/domain/inbound";
import type { SendContext, SendResult } from "../../contract.ts";
import type { EmailAccount } from "../account.ts";
import type { OutMail } from "../compose.ts";

const HOUR_MS = 3_600_000;

/** https://developers.cloudflare.com/email-service/ names its errors by a code. */
const CLASSES: Record<string, SendErrorClass> = {
  E_RATE_LIMIT_EXCEEDED: "throttle",
  E_DAILY_LIMIT_EXCEEDED: "throttle",
  E_INTERNAL_SERVER_ERROR: "transient",
  E_DELIVERY_FAILED: "transient",
  E_RECIPIENT_SUPPRESSED: "optout",
  E_RECIPIENT_NOT_ALLOWED: "policy",
};

/** It has neither keys nor callbacks of ours, so what was lost on the way stays unknown. */
export async function sendByCloudflare(
  mail: OutMail,
  _account: EmailAccount,
  { sendMail, signal }: SendContext,
): Promise<SendResult> {
  if (sendMail === undefined) {
    return { ok: false, class: "policy", message: "this installation has no mail service of its own" };
  }
  try {
    const { messageId } = await inTime(
      sendMail({
        from: { email: mail.from.address, name: mail.from.name },
        to: mail.to,
        replyTo: mail.replyTo,
        subject: mail.subject,
        text: mail.text,
        html: mail.html,
        headers: mail.headers,
        attachments: mail.files.flatMap((file) =>
          "url" in file
            ? []
            : [{ disposition: "attachment", filename: file.name, type: file.mime, content: file.bytes }],
        ),
      }),
      signal,
    );
    return { ok: true, state: "sent", ...(messageId !== "" && { providerId: messageId }) };
  } catch (error) {
    return refused(error);
  }
}

/** The binding knows nothing of signals. */
function inTime<T>(work: Promise<T>, signal: AbortSignal): Promise<T> {
  const late = new Promise<never>((_, reject) => {
    const abort = (): void => reject(new Error("no answer in time"));
    if (signal.aborted) abort();
    else signal.addEventListener("abort", abort, { once: true });
  });
  return Promise.race([work, late]);
}

function refused(error: unknown): SendResult {
  const message = messageOf(error).slice(0, 500);
  const code = codeOf(error, message);
  if (code === undefined) return { ok: false, class: "ambiguous", message };
  const wait = code === "E_DAILY_LIMIT_EXCEEDED" ? { retryAfterMs: HOUR_MS } : {};
  return { ok: false, class: classOf(code), message, ...wait };
}

function classOf(code: string): SendErrorClass {
  const known = Object.hasOwn(CLASSES, code) ? CLASSES[code] : undefined;
  return known ?? (code.startsWith("E_SENDER_") ? "auth" : "invalid");
}

/** A property of the error, or, where errors lose theirs on the way, a word of what it says. */
function codeOf(error: unknown, message: string): string | undefined {
  const code = typeof error === "object" && error !== null && "code" in error ? error.code : undefined;
  if (typeof code === "string" && code.startsWith("E_")) return code;
  return /\bE_[A-Z_]{3,60}\b/.exec(message)?.[0];
}
