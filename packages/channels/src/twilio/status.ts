import { isId } from "@charla/domain/ids";
import type { DeliveryState, DeliveryStatus } from "@charla/domain/inbound";
import { externalId, Rejection, shortText, threadKey } from "../http/event-fields.ts";
import { classOfCode, wordsOfCode } from "./error-codes.ts";

/** Our own id, and the thread where it is not simply the address, travel in the query of the callback's address. */
export const MESSAGE_PARAM = "m";
export const THREAD_PARAM = "t";

/** Twilio has the message from `accepted` on, and that is what the outbox wants to know of a send it is not sure of. */
const STATES: Record<string, DeliveryState | null> = {
  accepted: "sent",
  scheduled: "sent",
  queued: "sent",
  sending: "sent",
  sent: "sent",
  delivered: "delivered",
  partially_delivered: "sent",
  read: "read",
  undelivered: "failed",
  failed: "failed",
  canceled: "failed",
  receiving: null,
  received: null,
};

/** Messages from people carry `SmsStatus=received` as well, and may have no text: neither tells them from statuses. */
export function isStatus(fields: URLSearchParams): boolean {
  if (fields.has("MessageStatus")) return true;
  const old = fields.get("SmsStatus");
  return old !== null && old !== "received" && old !== "receiving";
}

export function statusOf(fields: URLSearchParams, query: URLSearchParams, now: number): DeliveryStatus | null {
  const word = (fields.get("MessageStatus") ?? fields.get("SmsStatus") ?? "").toLowerCase();
  if (!Object.hasOwn(STATES, word)) throw new Rejection("invalid_status");
  const state = STATES[word];
  if (state === null || state === undefined) return null;
  const own = query.get(MESSAGE_PARAM);
  const about = isId("message", own)
    ? { messageId: own }
    : { providerId: externalId(fields.get("MessageSid") ?? fields.get("SmsSid"), "message") };
  return { ...about, state, at: now, ...(state === "failed" && { error: errorOf(fields) }) };
}

function errorOf(fields: URLSearchParams): NonNullable<DeliveryStatus["error"]> {
  const code = Number(fields.get("ErrorCode") ?? 0);
  const said = shortText(fields.get("ErrorMessage") ?? fields.get("ChannelStatusMessage") ?? "", "error", 300);
  const words = [wordsOfCode(code), said].filter((part) => part !== "").join(": ");
  return { class: classOfCode(code) ?? "invalid", message: words };
}

export const threadOfStatus = (fields: URLSearchParams, query: URLSearchParams): string =>
  threadKey(query.get(THREAD_PARAM) ?? fields.get("To"));
