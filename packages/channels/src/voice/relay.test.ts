import { readFileSync } from "node:fs";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { LineAction, LineEvent } from "../line.ts";
import { writeRelayFrame } from "./relay-actions.ts";
import { MAX_FRAME_CHARS, readRelayFrame } from "./relay-events.ts";

type Vector = { dir: "twilio->app" | "app->twilio"; name: string; frame: Record<string, unknown> };
const file = new URL("../../fixtures/voice/vectors/conversation-relay.json", import.meta.url);
const vectors: Vector[] = JSON.parse(readFileSync(file, "utf8"));

const EVENTS: Record<string, LineEvent> = {
  setup: {
    type: "setup",
    sessionId: "VX00000000000000000000000000000000",
    accountSid: "AC00000000000000000000000000000000",
    callSid: "CA00000000000000000000000000000000",
    from: "+18005550100",
    to: "+18005550101",
    direction: "inbound",
    callStatus: "RINGING",
    callType: "PSTN",
    forwardedFrom: "+18005550102",
    parameters: { callReference: "bar" },
  },
  prompt: {
    type: "prompt",
    text: "Hi! Can you tell me about life?",
    language: "en-US",
    last: true,
    duringSpeech: false,
  },
  dtmf: { type: "dtmf", digit: "1" },
  interrupt: { type: "interrupt", heard: "Life is a complex set of", afterMs: 460 },
  error: { type: "refused", description: 'Invalid message received: { "foo" : "bar" }' },
};

const ACTIONS: Record<string, LineAction> = {
  "last text token, options": {
    type: "speak",
    text: "world.",
    last: true,
    language: "en-US",
    interruptible: true,
    preemptible: false,
  },
  play: { type: "play", url: "https://api.twilio.com/cowbell.mp3", loop: 1, preemptible: false, interruptible: true },
  sendDigits: { type: "press", digits: "9www4085551212" },
  end: {
    type: "end",
    handoff: { reasonCode: "live-agent-handoff", reason: "The caller wants to talk to a real person" },
  },
};

describe("frames from Twilio", () => {
  it.each(vectors.filter(({ dir }) => dir === "twilio->app"))("are read: $name", ({ name, frame }) => {
    expect(EVENTS[name]).toBeDefined();
    expect(readRelayFrame(JSON.stringify(frame))).toEqual(EVENTS[name]);
  });

  it("may say milliseconds as text, and a prompt may be a part of one", () => {
    const interrupt = { type: "interrupt", utteranceUntilInterrupt: "Hola", durationUntilInterruptMs: "460" };
    expect(readRelayFrame(JSON.stringify(interrupt))).toMatchObject({ afterMs: 460 });
    const part = { type: "prompt", voicePrompt: "Quería", lang: "es-ES", last: false, agentSpeaking: true };
    expect(readRelayFrame(JSON.stringify(part))).toMatchObject({ last: false, duringSpeech: true });
  });

  it.each([
    ["text", "hello"],
    ["nothing", ""],
    ["a list", "[]"],
    ["a type of tomorrow", '{"type":"mood","value":"happy"}'],
    ["no type", "{}"],
    ["a setup that names no call", '{"type":"setup","sessionId":"VX1"}'],
    ["a key that is none", '{"type":"dtmf","digit":"<script>"}'],
    ["depth", `{"type":"prompt","x":${"[".repeat(100_000)}${"]".repeat(100_000)}}`],
    ["length", JSON.stringify({ type: "prompt", voicePrompt: "x".repeat(MAX_FRAME_CHARS) })],
  ])("that hold %s end nobody's call", (_, data) => {
    expect(readRelayFrame(data)).toMatchObject({ type: "unknown" });
  });

  it("never throw, whatever they hold", () => {
    fc.assert(
      fc.property(
        fc.oneof(
          fc.string(),
          fc.json(),
          fc
            .record(
              { type: fc.constantFrom("setup", "prompt", "interrupt", "dtmf", "error"), lang: fc.anything() },
              { requiredKeys: ["type"] },
            )
            .map((frame) => {
              try {
                return JSON.stringify(frame);
              } catch {
                return "";
              }
            }),
        ),
        (data) => {
          expect(typeof readRelayFrame(data).type).toBe("string");
        },
      ),
    );
  });
});

describe("frames to Twilio", () => {
  it.each(vectors.filter(({ dir }) => dir === "app->twilio"))("are written: $name", ({ name, frame }) => {
    const action = ACTIONS[name];
    if (action === undefined) throw new Error(`no action for ${name}`);
    expect(JSON.parse(writeRelayFrame(action))).toEqual(frame);
  });

  it("say nothing of what was not asked for", () => {
    expect(writeRelayFrame({ type: "speak", text: "Hola", last: false })).toBe(
      '{"type":"text","token":"Hola","last":false}',
    );
    expect(writeRelayFrame({ type: "speak", text: "", last: true })).toBe('{"type":"text","token":"","last":true}');
    expect(writeRelayFrame({ type: "switch", speaking: "es-ES" })).toBe('{"type":"language","ttsLanguage":"es-ES"}');
    expect(writeRelayFrame({ type: "end" })).toBe('{"type":"end"}');
  });

  it("hold nothing but keys where keys are pressed, and whole characters", () => {
    expect(writeRelayFrame({ type: "press", digits: '1w2"}x#' })).toBe('{"type":"sendDigits","digits":"1w2#"}');
    expect(writeRelayFrame({ type: "speak", text: "a\ud83d", last: true })).toContain('"a\ufffd"');
  });
});
