import { afterEach, describe, expect, it } from "vitest";
import { API_KEY, closeStages, fixturesOf, type Kind, staged } from "../test/stage.ts";
import { ModelError, type ModelAnswer, type ModelRequest } from "./contract.ts";
import { callModel, transcribeAudio } from "./registry.ts";

afterEach(closeStages);

const request = (change: Partial<ModelRequest> = {}): ModelRequest => ({
  ref: { provider: "prv", model: "m-1" },
  system: "You help customers.",
  messages: [{ role: "user", text: "Hola" }],
  tools: [],
  maxOutputTokens: 300,
  signal: new AbortController().signal,
  timeouts: { totalMs: 5000, firstTokenMs: 5000, idleMs: 5000 },
  ...change,
});
const play = async (kind: Kind, name: string, change: Partial<ModelRequest> = {}): Promise<ModelAnswer> =>
  callModel(request(change), (await staged(kind, fixturesOf(kind)(name))).connection);

async function failure(call: Promise<unknown>): Promise<ModelError> {
  const error: unknown = await call.then(
    () => new Error("The call succeeded"),
    (reason: unknown) => reason,
  );
  if (error instanceof ModelError) return error;
  throw error;
}

describe.each(["openai", "google", "anthropic"] as const)("%s", (kind) => {
  it("is waited for as long as it asks", async () => {
    expect(await failure(play(kind, "throttled"))).toMatchObject({ class: "throttle", retryAfterMs: 3000 });
  });

  it("that is overloaded is asked again", async () => {
    expect((await failure(play(kind, "overloaded"))).class).toMatch(/^(throttle|transient)$/);
  });

  it("that breaks off with an error in the middle of a stream has not answered", async () => {
    const error = await failure(play(kind, "stream_error", { onText: () => undefined }));
    expect(error.class).toMatch(/^(throttle|transient|garbage)$/);
  });

  it("does not have its key repeated by what it says of it", async () => {
    const error = await failure(play(kind, "unauthorised"));
    expect(error).toMatchObject({ class: "auth", message: expect.stringContaining("[key]") });
    expect(`${error.message} ${error.stack}`).not.toContain(API_KEY);
  });

  it("is not followed elsewhere with the key", async () => {
    const wire = { status: 307, headers: { location: "http://127.0.0.1:1/v1" }, body: "", end: "done" as const };
    const { connection } = await staged(kind, wire);
    expect(await failure(callModel(request(), connection))).toMatchObject({ class: "invalid", status: 307 });
  });
});

it("a question that Google does not let through is refused, not empty", async () => {
  expect(await play("google", "blocked")).toMatchObject({ finish: "content-filter", text: "" });
});

it("a call that Gemini got wrong is no answer", async () => {
  expect((await failure(play("google", "malformed_call"))).class).toBe("garbage");
});

it("a refusal of OpenAI that is streamed is one", async () => {
  const answer = await play("openai", "refused_in_stream", { onText: () => undefined });
  expect(answer).toMatchObject({ finish: "content-filter" });
});

describe("recordings", () => {
  const recording = {
    ref: { provider: "prv", model: "m-1" },
    audio: new TextEncoder().encode("OggS…"),
    mime: "audio/ogg",
    signal: new AbortController().signal,
    timeouts: { totalMs: 5000, firstTokenMs: 5000, idleMs: 5000 },
  };

  it("are heard by Gemini as pictures are seen", async () => {
    const stage = await staged("google", fixturesOf("google")("plain"));
    const heard = await transcribeAudio(recording, stage.connection);
    expect(heard.text).toBe("Su pedido sale mañana 🚚");
    expect(heard.costMicros).toBeGreaterThan(0);
    expect(stage.seen()).toMatchObject({
      body: { contents: [{ parts: [{}, { inlineData: { mimeType: "audio/ogg" } }] }] },
    });
  });

  it("are heard by nobody at Anthropic", async () => {
    const { connection } = await staged("anthropic", fixturesOf("anthropic")("plain"));
    expect((await failure(transcribeAudio(recording, connection))).class).toBe("invalid");
  });
});
