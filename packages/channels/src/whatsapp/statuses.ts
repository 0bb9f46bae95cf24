import type { DeliveryState, DeliveryStatus } from "@charla/domain/inbound";
import { externalId, Rejection, threadKey } from "../http/event-fields.ts";
import { type Fields, recordsOf, fieldsOf, textOf, timeOfSeconds } from "../meta/json.ts";
import { classOfCode } from "./errors.ts";
import { addressOf, type People } from "./identity.ts";
import { readTracer } from "../meta/tracer.ts";

const STATES = new Map<string, DeliveryState>([
  ["sent", "sent"],
  ["delivered", "delivered"],
  ["read", "read"],
  // A voice note that was listened to has been read.
  ["played", "read"],
  ["failed", "failed"],
]);

/** Null for states that say nothing about delivery. */
export function statusOf(fields: Fields, people: People): { thread: string; status: DeliveryStatus } | null {
  const providerId = externalId(fields["id"], "id");
  const name = textOf(fields["status"]);
  if (name === undefined) throw new Rejection("invalid_status");
  const state = STATES.get(name);
  if (state === undefined) return null;
  const tracer = readTracer(fields["biz_opaque_callback_data"]);
  const about = { providerId, ...(tracer.messageId !== undefined && { messageId: tracer.messageId }) };
  const at = timeOfSeconds(fields["timestamp"]);
  return {
    thread: threadKey(tracer.thread ?? recipientOf(fields, people)),
    status: { ...about, state, at, ...(state === "failed" && { error: failureOf(fields) }) },
  };
}

function recipientOf(fields: Fields, people: People): unknown {
  const { recipient_id: recipient, recipient_user_id: userId } = fields;
  if (fields["recipient_type"] === "group") return recipient;
  return addressOf(people.find(recipient, userId));
}

function failureOf(fields: Fields): NonNullable<DeliveryStatus["error"]> {
  const error = recordsOf(fields["errors"])[0] ?? {};
  const code = typeof error["code"] === "number" ? error["code"] : 0;
  const details =
    textOf(fieldsOf(error["error_data"])["details"]) ?? textOf(error["message"]) ?? textOf(error["title"]);
  // Meta has given up on it; no class of failure that comes this way is one to try again.
  const known = code === 0 ? null : classOfCode(code);
  return { class: known ?? "invalid", message: `${code}: ${details ?? "not delivered"}`.slice(0, 500) };
}
