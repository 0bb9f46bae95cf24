import { isAppError, messageOf } from "@charla/domain/errors";
import type { Account, Outgoing, SendContext, SendResult } from "../contract.ts";
import { isRecord } from "../json-body.ts";
import { sign } from "../standard-webhooks.ts";

type HttpAccount = Account<{ callbackUrl: string }, { signingSecrets: string[] }>;

const MAX_ANSWER_BYTES = 16_384;
const MAX_RETRY_AFTER_MS = 24 * 3_600_000;
const encoder = new TextEncoder();

/** Posts one message to the integrator. The id and the body are the same on every try, only the signed time differs. */
export async function sendHttp(message: Outgoing, account: HttpAccount, context: SendContext): Promise<SendResult> {
  const secret = account.secrets.signingSecrets[0];
  if (secret === undefined) return { ok: false, class: "auth", message: "the channel has no signing secret" };
  const body = encoder.encode(bodyOf(message, account.id));
  const timestamp = Math.floor(context.now / 1000);
  const signature = await sign(secret, message.id, timestamp, body);
  let response: Response;
  try {
    response = await context.fetch(account.config.callbackUrl, {
      method: "POST",
      redirect: "manual",
      signal: context.signal,
      headers: {
        "content-type": "application/json",
        "user-agent": "Charla/1",
        "webhook-id": message.id,
        "webhook-timestamp": String(timestamp),
        "webhook-signature": signature,
      },
      body,
    });
  } catch (error) {
    return lostSend(error, context.signal);
  }
  if (response.ok) {
    const providerId = await providerIdOf(response);
    return { ok: true, state: "sent", ...(providerId !== undefined && { providerId }) };
  }
  await response.body?.cancel().catch(() => undefined);
  return refusal(response, context.now);
}

function bodyOf(message: Outgoing, channelId: string): string {
  return JSON.stringify({
    type: "message",
    id: message.id,
    channel: channelId,
    conversation: message.thread,
    contact: { id: message.contact.address },
    inReplyTo: message.inReplyTo,
    text: message.bubble.text,
    buttons: message.bubble.buttons,
    attachments: message.bubble.media?.map(({ type, url, mime, name, size, sha256 }) => ({
      type,
      url,
      mime,
      name,
      size,
      sha256,
    })),
    author: message.author,
    turn: message.turnId,
    timestamp: new Date(message.createdAt).toISOString(),
  });
}

/**
 * The runtime says the same "Network connection lost" whether the connection was refused or cut after the message was
 * written, so every send without an answer may have arrived. The receiver knows the id, which makes another try safe.
 */
function lostSend(error: unknown, signal: AbortSignal): SendResult {
  const message = signal.aborted ? "no answer in time" : messageOf(error).slice(0, 300);
  return { ok: false, class: isAppError(error, "EGRESS_DENIED") ? "policy" : "ambiguous", message };
}

/** 520 and 524 are Cloudflare's own words for "the request was delivered and then no usable answer came". */
function refusal(response: Response, now: number): SendResult {
  const { status } = response;
  const message = `the receiver answered ${status}`;
  if (status === 520 || status === 524) return { ok: false, class: "ambiguous", message };
  if (status === 429) return { ok: false, class: "throttle", message, ...retryAfter(response, now) };
  if (status >= 500 || status === 408 || status === 425)
    return { ok: false, class: "transient", message, ...retryAfter(response, now) };
  if (status === 401 || status === 403) return { ok: false, class: "auth", message };
  if (status === 410) return { ok: false, class: "optout", message };
  return { ok: false, class: "invalid", message };
}

function retryAfter(response: Response, now: number): { retryAfterMs?: number } {
  const header = response.headers.get("retry-after");
  if (header === null) return {};
  const ms = /^\d{1,9}$/.test(header) ? Number(header) * 1000 : Date.parse(header) - now;
  return Number.isFinite(ms) ? { retryAfterMs: Math.min(Math.max(ms, 0), MAX_RETRY_AFTER_MS) } : {};
}

/** The receiver may name its own id; whatever else it says is not read, and no more than a little of it. */
async function providerIdOf(response: Response): Promise<string | undefined> {
  if (response.body === null) return undefined;
  const isJson = response.headers.get("content-type")?.includes("json") ?? false;
  if (!isJson || Number(response.headers.get("content-length") ?? 0) > MAX_ANSWER_BYTES) {
    await response.body.cancel().catch(() => undefined);
    return undefined;
  }
  try {
    const answer: unknown = JSON.parse(await readCapped(response.body));
    const id = isRecord(answer) ? answer["id"] : undefined;
    return typeof id === "string" && id !== "" && id.length <= 256 ? id : undefined;
  } catch {
    return undefined;
  }
}

async function readCapped(body: ReadableStream<Uint8Array>): Promise<string> {
  const reader = body.getReader();
  const decoder = new TextDecoder();
  let text = "";
  for (let size = 0; ;) {
    const { done, value } = await reader.read();
    if (done) return text + decoder.decode();
    size += value.length;
    if (size > MAX_ANSWER_BYTES) {
      await reader.cancel();
      throw new RangeError("the answer is too long");
    }
    text += decoder.decode(value, { stream: true });
  }
}
