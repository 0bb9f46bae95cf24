import { AppError } from "@charla/domain/errors";
import type { Contact, DeliveryStatus, InboundEvent } from "@charla/domain/inbound";
import type { ParsedWebhook } from "../contract.ts";
import { cutAt, wellFormed } from "../clean-text.ts";
import { isRecord, parseJsonBody } from "../json-body.ts";
import {
  actionOf,
  attachmentsOf,
  contactOf,
  eventTime,
  externalId,
  messageText,
  Rejection,
  shortText,
  threadKey,
} from "./event-fields.ts";

export const MAX_EVENTS = 1000;
const MAX_RAW = 16_000;

type Fields = Record<string, unknown>;
type ParsedArrival = ParsedWebhook["arrivals"][number];

/** One event, or `{"events":[…]}`; grouped by conversation and contact in the order they came. */
export function parseHttpWebhook(rawBody: Uint8Array, _account: unknown, now: number): ParsedWebhook {
  const body = parseJsonBody(rawBody);
  const items = isRecord(body) && "events" in body ? body["events"] : [body];
  if (!Array.isArray(items)) throw malformed("events must be a list");
  if (items.length > MAX_EVENTS) throw malformed(`at most ${MAX_EVENTS} events fit one webhook`);
  const arrivals = new Map<string, ParsedArrival>();
  const rejected: ParsedWebhook["rejected"] = [];
  for (const [index, item] of items.entries()) {
    try {
      if (!isRecord(item)) throw new Rejection("not_an_object");
      if (item["type"] === "status") addStatus(arrivals, item, now);
      else addEvent(arrivals, item, now);
    } catch (error) {
      if (!(error instanceof Rejection)) throw error;
      rejected.push({ index, reason: error.message, raw: rawOf(item) });
    }
  }
  return { arrivals: [...arrivals.values()], rejected };
}

function addEvent(arrivals: Map<string, ParsedArrival>, fields: Fields, now: number): void {
  const thread = threadKey(fields["conversation"]);
  const contact = contactOf(fields["contact"]);
  const event = eventOf(fields, now);
  arrivalOf(arrivals, thread, contact).events.push(event);
}

/** A status names no contact, so statuses travel with an empty address, apart from the events of the conversation. */
function addStatus(arrivals: Map<string, ParsedArrival>, fields: Fields, now: number): void {
  const thread = threadKey(fields["conversation"]);
  const status = statusOf(fields, now);
  arrivalOf(arrivals, thread, { address: "" }).statuses.push(status);
}

function arrivalOf(arrivals: Map<string, ParsedArrival>, thread: string, contact: Contact): ParsedArrival {
  const key = `${thread}\n${contact.address}`;
  let arrival = arrivals.get(key);
  if (arrival === undefined) {
    arrival = { thread, contact, events: [], statuses: [] };
    arrivals.set(key, arrival);
  } else Object.assign(arrival.contact, contact);
  return arrival;
}

function eventOf(fields: Fields, now: number): InboundEvent {
  const type = fields["type"];
  if (typeof type !== "string") throw new Rejection("invalid_type");
  const common = { externalId: externalId(fields["id"], "id"), at: eventTime(fields["timestamp"], now) };
  switch (type) {
    case "message":
      return messageOf(common, fields);
    case "edit":
      return { ...common, kind: type, target: externalId(fields["message"], "message"), ...required(fields["text"]) };
    case "delete":
      return { ...common, kind: type, target: externalId(fields["message"], "message") };
    case "reaction":
      return {
        ...common,
        kind: type,
        target: externalId(fields["message"], "message"),
        emoji: shortText(fields["emoji"] ?? "", "emoji", 64),
      };
    case "human_echo":
      return { ...common, kind: type, ...required(fields["text"]) };
    case "opt_out":
    case "opt_in":
      return { ...common, kind: type };
    default:
      return { ...common, kind: "unsupported", what: cutAt(wellFormed(type), 64) };
  }
}

function messageOf(common: { externalId: string; at: number }, fields: Fields): InboundEvent {
  const { text, cutFrom } = messageText(fields["text"]);
  const media = attachmentsOf(fields["attachments"]);
  const action = actionOf(fields["action"]);
  if (text === "" && media === undefined && action === undefined) throw new Rejection("empty_message");
  const replyTo = fields["replyTo"] === undefined ? undefined : externalId(fields["replyTo"], "reply_to");
  return {
    ...common,
    kind: "message",
    text,
    ...(media && { media }),
    ...(action && { action }),
    ...(replyTo !== undefined && { replyTo }),
    ...(cutFrom !== undefined && { cutFrom }),
  };
}

function required(value: unknown): { text: string } {
  const { text } = messageText(value);
  if (text === "") throw new Rejection("empty_message");
  return { text };
}

function statusOf(fields: Fields, now: number): DeliveryStatus {
  const id = externalId(fields["message"], "message");
  const at = eventTime(fields["timestamp"], now);
  const state = fields["status"];
  const about = id.startsWith("msg_") ? { messageId: id } : { providerId: id };
  switch (state) {
    case "sent":
    case "delivered":
    case "read":
      return { ...about, state, at };
    case "failed":
      return {
        ...about,
        state,
        at,
        error: { class: "invalid", message: shortText(fields["error"] ?? "", "error", 500) },
      };
    default:
      throw new Rejection("invalid_status");
  }
}

function rawOf(item: unknown): string {
  return cutAt(wellFormed(JSON.stringify(item)), MAX_RAW);
}

function malformed(message: string): AppError {
  return new AppError("BAD_REQUEST", message, { publicMessage: message });
}
