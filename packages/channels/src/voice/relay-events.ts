import { isRecord, nestsTooDeep } from "../json-body.ts";
import type { LineEvent } from "../line.ts";
import { wellFormed } from "../clean-text.ts";

export const MAX_FRAME_CHARS = 262_144;
const MAX_TEXT = 20_000;
const DIGIT = /^[0-9*#A-Da-dw]$/;
const encoder = new TextEncoder();

/** https://www.twilio.com/docs/voice/conversationrelay/websocket-messages. Never throws: a frame that cannot be read must not end somebody's call. */
export function readRelayFrame(data: string): LineEvent {
  const frame = parse(data);
  if (frame === null) return { type: "unknown", what: "not a frame" };
  switch (frame["type"]) {
    case "setup":
      return setupOf(frame);
    case "prompt": {
      const language = text(frame, "lang");
      const event = { type: "prompt" as const, text: text(frame, "voicePrompt"), last: frame["last"] !== false };
      return { ...event, duringSpeech: frame["agentSpeaking"] === true, ...(language !== "" && { language }) };
    }
    case "interrupt":
      return {
        type: "interrupt",
        heard: text(frame, "utteranceUntilInterrupt"),
        afterMs: milliseconds(frame["durationUntilInterruptMs"]),
      };
    case "dtmf": {
      const digit = text(frame, "digit");
      return DIGIT.test(digit) ? { type: "dtmf", digit } : { type: "unknown", what: "dtmf" };
    }
    case "error":
      return { type: "refused", description: text(frame, "description") };
    default:
      return { type: "unknown", what: text(frame, "type").slice(0, 64) };
  }
}

function parse(data: string): Record<string, unknown> | null {
  if (data.length > MAX_FRAME_CHARS || nestsTooDeep(encoder.encode(data))) return null;
  try {
    const frame: unknown = JSON.parse(data);
    return isRecord(frame) ? frame : null;
  } catch {
    return null;
  }
}

function setupOf(frame: Record<string, unknown>): LineEvent {
  const [sessionId, callSid] = [text(frame, "sessionId"), text(frame, "callSid")];
  if (sessionId === "" || callSid === "") return { type: "unknown", what: "setup" };
  const optional = ["callType", "callerName", "parentCallSid", "forwardedFrom"].flatMap((name) => {
    const value = text(frame, name);
    return value === "" ? [] : [[name, value]];
  });
  const given = isRecord(frame["customParameters"]) ? frame["customParameters"] : {};
  const parameters = Object.entries(given).filter((pair): pair is [string, string] => typeof pair[1] === "string");
  return {
    type: "setup",
    sessionId,
    accountSid: text(frame, "accountSid"),
    callSid,
    from: text(frame, "from"),
    to: text(frame, "to"),
    direction: text(frame, "direction"),
    callStatus: text(frame, "callStatus"),
    ...Object.fromEntries(optional),
    parameters: Object.fromEntries(parameters),
  };
}

const text = (frame: Record<string, unknown>, name: string): string => {
  const value = frame[name];
  return typeof value === "string" ? wellFormed(value).slice(0, MAX_TEXT) : "";
};

/** A number today, a text in older sessions. */
const milliseconds = (value: unknown): number => {
  const ms = typeof value === "string" && value.trim() !== "" ? Number(value) : value;
  return typeof ms === "number" && Number.isFinite(ms) && ms > 0 ? ms : 0;
};
