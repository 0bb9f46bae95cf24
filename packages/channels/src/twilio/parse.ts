import type { ParsedWebhook, WebhookRequest } from "../contract.ts";
import { cutAt, wellFormed } from "../clean-text.ts";
import { Rejection } from "../http/event-fields.ts";
import { fieldsOf, queryParamsOf } from "./form.ts";
import { contactOf, eventsOf } from "./message.ts";
import { isStatus, statusOf, threadOfStatus } from "./status.ts";

const MAX_RAW = 16_000;

/** One message or one status per request. */
export function parseTwilioWebhook(request: WebhookRequest, _account: unknown, now: number): ParsedWebhook {
  const fields = fieldsOf(request);
  try {
    return isStatus(fields)
      ? statusArrival(fields, queryParamsOf(request.publicUrl), now)
      : messageArrival(fields, now);
  } catch (error) {
    if (!(error instanceof Rejection)) throw error;
    const raw = cutAt(wellFormed(fields.toString()), MAX_RAW);
    return { arrivals: [], rejected: [{ index: 0, reason: error.message, raw }] };
  }
}

function messageArrival(fields: URLSearchParams, now: number): ParsedWebhook {
  const contact = contactOf(fields);
  return {
    arrivals: [{ thread: contact.address, contact, events: eventsOf(fields, now), statuses: [] }],
    rejected: [],
  };
}

/** A status names no contact: who it is about is the thread's business. */
function statusArrival(fields: URLSearchParams, query: URLSearchParams, now: number): ParsedWebhook {
  const status = statusOf(fields, query, now);
  // Not there yet, and nothing that anybody waits for.
  if (status === null) return { arrivals: [], rejected: [], ignored: 1 };
  const thread = threadOfStatus(fields, query);
  return { arrivals: [{ thread, contact: { address: "" }, events: [], statuses: [status] }], rejected: [] };
}
