import type { DeliveryStatus, InboundEvent, SendErrorClass } from "@charla/domain/inbound";
import type { ParsedWebhook } from "../contract.ts";
import { addressIn } from "./address.ts";

/** What a vendor's callback says became of one of our mails. */
export type Fate =
  | { state: "sent" | "delivered" }
  | { state: "failed"; class: SendErrorClass; message: string; hard: boolean }
  | { state: "complaint" };

const THREAD = /^[a-z2-7]{16}$/;
const MESSAGE = /^msg_[a-z0-9]{1,64}$/;

type Callback = {
  /** Unique to this event, and the same when it comes again. */
  eventId: string;
  thread: unknown;
  message: unknown;
  providerId: string | undefined;
  recipient: unknown;
  at: number;
};

/** What carries no thread of ours was sent by somebody else through the same account of the vendor. */
export function fateOf(callback: Callback, fate: Fate): ParsedWebhook {
  const { thread, message, providerId, at } = callback;
  if (typeof thread !== "string" || !THREAD.test(thread)) return { arrivals: [], rejected: [], ignored: 1 };
  const known = typeof message === "string" && MESSAGE.test(message) ? { messageId: message } : {};
  const ids = { ...known, ...(providerId !== undefined && { providerId }) };
  const statuses = fate.state === "complaint" ? [] : [{ ...ids, ...statusOf(fate), at }];
  const address = addressIn(typeof callback.recipient === "string" ? callback.recipient : "") ?? "";
  return { arrivals: [{ thread, contact: { address }, events: eventsOf(callback, fate), statuses }], rejected: [] };
}

function eventsOf({ eventId, at }: Callback, fate: Fate): InboundEvent[] {
  if (fate.state === "complaint") return [{ kind: "opt_out", externalId: eventId, at, why: "complaint" }];
  if (fate.state === "failed" && fate.hard) return [{ kind: "opt_out", externalId: eventId, at, why: "bounced" }];
  return [];
}

const statusOf = (fate: Exclude<Fate, { state: "complaint" }>): Pick<DeliveryStatus, "state" | "error"> =>
  fate.state === "failed"
    ? { state: "failed", error: { class: fate.class, message: fate.message.slice(0, 300) } }
    : { state: fate.state };
