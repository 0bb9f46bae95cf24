import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import type { WebhookRequest } from "../contract.ts";
import { verifyTwilio } from "../twilio/signature.ts";
import { type CallEvent, readCall } from "./webhook.ts";

type Vector = { name: string; url: string; headers: Record<string, string>; body: string; secret: string };
const file = new URL("../../fixtures/twilio/vectors/signatures.json", import.meta.url);
const vectors: Vector[] = JSON.parse(readFileSync(file, "utf8"));

const requestOf = (
  body: string,
  url = "https://charla.example/webhooks/voice/chn_1",
  headers = {},
): WebhookRequest => ({
  method: "POST",
  url: new URL(url),
  publicUrl: url,
  headers: new Headers(headers),
  rawBody: new TextEncoder().encode(body),
});
const eventOf = (fields: Record<string, string>): CallEvent =>
  readCall(requestOf(new URLSearchParams({ CallSid: "CA1", ...fields }).toString())).event;

const RECORDED: Record<string, CallEvent> = {
  "docs: documented example": { kind: "pressed", digits: "1234" },
  "synthetic: voice inbound call": { kind: "incoming" },
  "synthetic: voice gather speech result": {
    kind: "spoken",
    text: "I want to change my appointment",
    confidence: 0.91,
    language: "en-US",
  },
  "synthetic: conversationrelay action callback": {
    kind: "relay_ended",
    sessionId: "VX00000000000000000000000000000000",
    status: "ended",
    over: false,
    seconds: 25,
    handoff: { reasonCode: "live-agent-handoff", reason: "caller asked for a human" },
  },
};

describe("requests about a call", () => {
  it.each(Object.keys(RECORDED))("are verified and read: %s", async (name) => {
    const one = vectors.find((vector) => vector.name === name);
    if (one === undefined) throw new Error(`nothing recorded as ${name}`);
    const request = requestOf(one.body, one.url, one.headers);
    expect(await verifyTwilio(request, [one.secret])).toEqual({ ok: true });
    const { call, event } = readCall(request);
    expect(event).toEqual(RECORDED[name]);
    expect(call.callSid).toMatch(/^CA/);
  });

  it("tell silence, a person's answer and the end apart", () => {
    expect(eventOf({ CallStatus: "in-progress", SpeechResult: "" })).toEqual({ kind: "waiting" });
    expect(eventOf({ CallStatus: "in-progress", Digits: "42#" })).toEqual({ kind: "pressed", digits: "42#" });
    expect(eventOf({ CallStatus: "in-progress", DialCallStatus: "no-answer" })).toEqual({
      kind: "dialled",
      status: "no-answer",
      seconds: 0,
    });
    expect(eventOf({ CallStatus: "completed", CallDuration: "61" })).toEqual({
      kind: "over",
      status: "completed",
      seconds: 61,
    });
  });

  it("keep a session's end readable when what was handed over is not", () => {
    const ended = { CallStatus: "completed", SessionId: "VX1", SessionStatus: "failed", HandoffData: "{" };
    expect(eventOf(ended)).toEqual({ kind: "relay_ended", sessionId: "VX1", status: "failed", over: true, seconds: 0 });
  });

  it("without a call are refused", () => {
    expect(() => readCall(requestOf("MessageSid=SM1"))).toThrow("not_a_call");
  });
});
