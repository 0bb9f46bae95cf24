import type { WebhookRequest } from "../contract.ts";
import { cutAt, wellFormed } from "../clean-text.ts";
import { externalId, Rejection } from "../http/event-fields.ts";
import { isRecord } from "../json-body.ts";
import { fieldsOf } from "../twilio/form.ts";

export type Call = { callSid: string; from: string; to: string; direction: string; callerName?: string };
export type CallEvent =
  | { kind: "incoming" }
  | { kind: "spoken"; text: string; confidence?: number; language?: string }
  | { kind: "pressed"; digits: string }
  /** Asked for the next step without having said anything: silence, or the end of a pause. */
  | { kind: "waiting" }
  /** `over` when the caller is gone as well. */
  | {
      kind: "relay_ended";
      sessionId: string;
      status: string;
      over: boolean;
      seconds: number;
      handoff?: Record<string, unknown>;
    }
  | { kind: "dialled"; status: string; seconds: number }
  | { kind: "over"; status: string; seconds: number };

const OVER = new Set(["completed", "busy", "failed", "no-answer", "canceled"]);
const MAX_SPEECH = 20_000;

/** What Twilio asks about a call. Throws a {@link Rejection} for a request that is about none. */
export function readCall(request: WebhookRequest): { call: Call; event: CallEvent } {
  const fields = fieldsOf(request);
  const callSid = fields.get("CallSid");
  if (callSid === null) throw new Rejection("not_a_call");
  const callerName = cutAt(wellFormed(fields.get("CallerName") ?? ""), 200);
  const call: Call = {
    callSid: externalId(callSid, "call"),
    from: address(fields, "From"),
    to: address(fields, "To"),
    direction: address(fields, "Direction"),
    ...(callerName !== "" && { callerName }),
  };
  return { call, event: eventOf(fields) };
}

function eventOf(fields: URLSearchParams): CallEvent {
  const status = fields.get("CallStatus") ?? "";
  const sessionId = fields.get("SessionId");
  if (sessionId !== null) {
    const handoff = handoffOf(fields.get("HandoffData"));
    return {
      kind: "relay_ended",
      sessionId,
      status: fields.get("SessionStatus") ?? "",
      over: OVER.has(status),
      seconds: seconds(fields, "SessionDuration"),
      ...(handoff && { handoff }),
    };
  }
  const dialled = fields.get("DialCallStatus");
  if (dialled !== null) return { kind: "dialled", status: dialled, seconds: seconds(fields, "DialCallDuration") };
  if (OVER.has(status)) return { kind: "over", status, seconds: seconds(fields, "CallDuration") };
  const speech = cutAt(wellFormed(fields.get("SpeechResult") ?? ""), MAX_SPEECH).trim();
  if (speech !== "") return { kind: "spoken", text: speech, ...heard(fields) };
  const digits = fields.get("Digits") ?? "";
  if (/^[0-9*#]{1,64}$/.test(digits)) return { kind: "pressed", digits };
  return status === "ringing" ? { kind: "incoming" } : { kind: "waiting" };
}

function heard(fields: URLSearchParams): { confidence?: number; language?: string } {
  const confidence = Number(fields.get("Confidence") ?? NaN);
  const language = fields.get("Language") ?? "";
  return { ...(confidence >= 0 && confidence <= 1 && { confidence }), ...(language !== "" && { language }) };
}

const address = (fields: URLSearchParams, name: string): string => cutAt(wellFormed(fields.get(name) ?? ""), 256);

const seconds = (fields: URLSearchParams, name: string): number => {
  const value = Number(fields.get(name) ?? 0);
  return Number.isFinite(value) && value > 0 ? value : 0;
};

function handoffOf(data: string | null): Record<string, unknown> | undefined {
  try {
    const handoff: unknown = JSON.parse(data ?? "");
    return isRecord(handoff) ? handoff : undefined;
  } catch {
    return undefined;
  }
}
