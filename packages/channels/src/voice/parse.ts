import type { CallMoment } from "@charla/domain/call";
import type { Contact, InboundEvent } from "@charla/domain/inbound";
import type { ParsedWebhook, WebhookRequest } from "../contract.ts";
import { cutAt, wellFormed } from "../clean-text.ts";
import { Rejection } from "../http/event-fields.ts";
import { fieldsOf, queryParamsOf } from "../twilio/form.ts";
import { type Call, type CallEvent, readCall } from "./webhook.ts";

const MAX_RAW = 16_000;
export const CALL_SID = /^CA[0-9a-fA-F]{32}$/;
/** Which question of ours the request answers; the address is signed. */
export const QUESTION_PARAM = "n";
export const POLL_PARAM = "poll";

type Read = { call: Call; event: CallEvent; question: number; polled: boolean };

function read(request: WebhookRequest): Read {
  const found = readCall(request);
  if (!CALL_SID.test(found.call.callSid)) throw new Rejection("invalid_call");
  const query = queryParamsOf(request.publicUrl);
  const question = /^\d{1,6}$/.exec(query.get(QUESTION_PARAM) ?? "")?.[0] ?? "0";
  return { ...found, question: Number(question), polled: query.has(POLL_PARAM) };
}

/** A call begins a conversation, and what is said in it are messages; all else Twilio asks is for `momentOf`. */
export function parseCall(request: WebhookRequest, _account: unknown, now: number): ParsedWebhook {
  try {
    const { call, event, question } = read(request);
    const events = eventsOf(call, event, question, now);
    if (events.length === 0) return { arrivals: [], rejected: [], ignored: 1 };
    return { arrivals: [{ thread: call.callSid, contact: callerOf(call), events, statuses: [] }], rejected: [] };
  } catch (error) {
    if (!(error instanceof Rejection)) throw error;
    const raw = cutAt(wellFormed(fieldsOf(request).toString()), MAX_RAW);
    return { arrivals: [], rejected: [{ index: 0, reason: error.message, raw }] };
  }
}

function eventsOf(call: Call, event: CallEvent, question: number, now: number): InboundEvent[] {
  const { callSid, direction, from, to } = call;
  switch (event.kind) {
    case "incoming":
      return [{ kind: "call", externalId: callSid, at: now, direction, from, to }];
    // Without an id of its own: what answers the same question again is the same utterance.
    case "spoken":
      return [message(`${callSid}.${question}`, event.text, now)];
    case "pressed":
      return [message(`${callSid}.${question}`, event.digits, now)];
    default:
      return [];
  }
}

const message = (externalId: string, text: string, at: number): InboundEvent => ({
  kind: "message",
  externalId,
  at,
  text,
  spoken: true,
});

/** Who calls may hide the number, and any number can be pretended: a call proves nothing about the caller. */
function callerOf({ from, callerName }: Call): Contact {
  const address = from === "" ? "anonymous" : from;
  return callerName === undefined ? { address } : { address, name: callerName };
}

export function momentOf(request: WebhookRequest): { callId: string; moment: CallMoment } | null {
  try {
    const { call, event, question: n, polled } = read(request);
    return { callId: call.callSid, moment: momentFrom(event, n, polled) };
  } catch (error) {
    if (error instanceof Rejection) return null;
    throw error;
  }
}

function momentFrom(event: CallEvent, n: number, polled: boolean): CallMoment {
  switch (event.kind) {
    case "incoming":
      return { kind: "incoming" };
    case "spoken":
    case "pressed":
      return { kind: "said", n };
    case "waiting":
      return polled ? { kind: "polled", n } : { kind: "silent", n };
    case "relay_ended":
      return { kind: "line_ended", status: event.status, over: event.over, seconds: event.seconds };
    case "dialled":
      return { kind: "dialled", status: event.status };
    case "over":
      return { kind: "over", status: event.status, seconds: event.seconds };
  }
}
