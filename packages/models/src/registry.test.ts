import { afterEach, describe, expect, it } from "vitest";
import { API_KEY, closeStages, fixturesOf, type Kind, staged, Wire } from "../test/stage.ts";
import { MAX_TEXT } from "./answer.ts";
import { ModelError, type ModelAnswer, type ModelConnection, type ModelRequest } from "./contract.ts";
import { callModel, providers } from "./registry.ts";

afterEach(closeStages);

const tools = [
  {
    name: "order_status",
    description: "Status of an order",
    inputSchema: { type: "object", properties: { order_id: { type: "string" } } },
  },
];
const request = (change: Partial<ModelRequest> = {}): ModelRequest => ({
  ref: { provider: "workers-ai", model: "m-1" },
  system: "You help customers.",
  messages: [{ role: "user", text: "¿Dónde está mi pedido A-17?" }],
  tools,
  maxOutputTokens: 300,
  signal: new AbortController().signal,
  timeouts: { totalMs: 5000, firstTokenMs: 5000, idleMs: 5000 },
  ...change,
});

async function failure(call: Promise<ModelAnswer>): Promise<ModelError> {
  const error: unknown = await call.then(
    () => new Error("The call succeeded"),
    (reason: unknown) => reason,
  );
  if (error instanceof ModelError) return error;
  throw error;
}

/** What a vendor's wire has no way to say: its interface demands a count in every answer. */
const NEVER: Partial<Record<Kind, readonly string[]>> = { anthropic: ["usage_missing", "stream_usage_missing"] };

describe.each(Object.values(providers).map(({ kind }) => kind))("the provider %s", (kind) => {
  const said = (...names: string[]): string[][] =>
    names.filter((name) => NEVER[kind]?.includes(name) !== true).map((name) => [name]);
  const wire = fixturesOf(kind);
  const call = async (name: string, change: Partial<ModelRequest> = {}): Promise<ModelAnswer> =>
    callModel(request(change), (await staged(kind, wire(name))).connection);
  const streamed = (name: string, deltas: string[] = [], change: Partial<ModelRequest> = {}): Promise<ModelAnswer> =>
    call(name, { onText: (delta) => deltas.push(delta), ...change });

  it("hands over text, usage and cost of a plain answer", async () => {
    const answer = await call("plain");
    expect(answer).toMatchObject({
      text: "Su pedido sale mañana 🚚",
      calls: [],
      finish: "stop",
      usageEstimated: false,
    });
    expect(answer.usage).toEqual({ input: 812, output: 9, cached: 640 });
    expect(answer.costMicros).toBeGreaterThan(0);
    expect(Number.isInteger(answer.costMicros)).toBe(true);
  });

  it("streams the same answer piece by piece", async () => {
    const deltas: string[] = [];
    const answer = await streamed("stream_plain", deltas);
    expect(deltas).toEqual(["Su pedido ", "sale ", "mañana 🚚"]);
    expect(answer).toMatchObject({
      text: deltas.join(""),
      finish: "stop",
      usageEstimated: false,
      usage: { input: 812, output: 9, cached: 640 },
    });
    expect(answer.firstTokenMs).toBeGreaterThanOrEqual(0);
  });

  it.each([["tool"], ["stop_with_calls"]])("reads a tool call (%s)", async (name) => {
    const answer = await call(name);
    expect(answer.finish).toBe("tool-calls");
    expect(answer.calls).toMatchObject([{ name: "order_status", input: { order_id: "A-17" } }]);
    expect(answer.calls[0]?.id).not.toBe("");
  });

  it("reads parallel tool calls in their order, whole and streamed", async () => {
    const wanted = [
      { name: "order_status", input: { order_id: "A-17" } },
      { name: "calculator", input: { expression: "2*21" } },
    ];
    const whole = await call("parallel");
    const live = await streamed("stream_parallel");
    for (const answer of [whole, live]) {
      expect(answer.calls).toMatchObject(wanted);
      expect(answer.finish).toBe("tool-calls");
      expect(new Set(answer.calls.map(({ id }) => id)).size).toBe(2);
    }
    expect((await streamed("stream_tool")).calls).toMatchObject([wanted[0]]);
  });

  it("keeps arguments that are no JSON as text, and none as an empty object", async () => {
    expect((await call("bad_arguments")).calls).toMatchObject([{ name: "order_status", input: '{"order_id": A-17' }]);
    expect((await call("no_arguments")).calls).toMatchObject([{ name: "order_status", input: {} }]);
  });

  it("tells a refusal, a cut at the limit and an empty answer apart", async () => {
    expect(await call("filtered")).toMatchObject({ finish: "content-filter", text: "No puedo ayudar con eso." });
    expect(await call("length")).toMatchObject({ finish: "length", text: "Su pedido" });
    expect(await streamed("stream_length")).toMatchObject({ finish: "length", text: "Su pedido " });
    expect(await call("empty")).toMatchObject({
      finish: "stop",
      text: "",
      usage: { input: 812, output: 0 },
      usageEstimated: false,
    });
    expect(await streamed("stream_empty")).toMatchObject({ finish: "stop", text: "", usageEstimated: false });
  });

  it.each(said("usage_missing", "usage_negative", "usage_absurd"))(
    "counts for itself where the count cannot be true (%s)",
    async (name) => {
      const answer = await call(name);
      expect(answer.usageEstimated).toBe(true);
      expect(answer.usage.input).toBeGreaterThan(5);
      expect(answer.usage.input).toBeLessThan(300);
      expect(answer.usage.output).toBeGreaterThan(3);
      expect(answer.usage.output).toBeLessThan(30);
      expect(answer.costMicros).toBeLessThan(2000);
    },
  );

  it.each(said("stream_usage_missing"))("counts for itself where a stream sends no count (%s)", async (name) => {
    expect(await streamed(name)).toMatchObject({ usageEstimated: true, finish: "stop" });
  });

  it.each([
    ["throttled", "throttle"],
    ["quota", "auth"],
    ["server_error", "transient"],
    ["unauthorised", "auth"],
    ["no_such_model", "invalid"],
    ["garbage", "garbage"],
    ["wrong_shape", "garbage"],
  ])("classifies %s as %s, whole and streamed", async (name, wanted) => {
    const error = await failure(call(name));
    expect(error.class).toBe(wanted);
    expect(error.message).not.toContain(API_KEY);
    expect(error.cause).toBeUndefined();
    expect((await failure(streamed(name))).class).toBe(wanted);
  });

  it.each([["stream_no_finish"], ["stream_reset"]])(
    "does not pass off half a sentence as an answer (%s)",
    async (name) => {
      expect((await failure(streamed(name))).class).toBe("garbage");
    },
  );

  it("gives up on a stream that falls silent, and ends it at the server", async () => {
    const stage = await staged(kind, wire("stream_stall"));
    const call = callModel(
      request({ onText: () => undefined, timeouts: { totalMs: 5000, firstTokenMs: 5000, idleMs: 60 } }),
      stage.connection,
    );
    expect((await failure(call)).class).toBe("timeout");
    await expect.poll(() => stage.closedByUs()).toBe(true);
  });

  it("gives up on a model that accepts and never answers", async () => {
    const silent = Wire.parse({ end: "stall" });
    const whole = await staged(kind, silent);
    expect(
      (await failure(callModel(request({ timeouts: { totalMs: 60, firstTokenMs: 60, idleMs: 60 } }), whole.connection)))
        .class,
    ).toBe("timeout");
    const mute = await staged(kind, Wire.parse({ events: [], end: "stall" }));
    const error = await failure(
      callModel(
        request({ onText: () => undefined, timeouts: { totalMs: 5000, firstTokenMs: 60, idleMs: 5000 } }),
        mute.connection,
      ),
    );
    expect(error).toMatchObject({ class: "timeout", message: expect.stringContaining("first token") });
  });

  it("stops an aborted stream at the server instead of paying for the rest", async () => {
    const abort = new AbortController();
    const stage = await staged(kind, wire("stream_stall"));
    const call = callModel(request({ signal: abort.signal, onText: () => abort.abort() }), stage.connection);
    expect((await failure(call)).class).toBe("aborted");
    await expect.poll(() => stage.closedByUs()).toBe(true);
  });

  it("does not call at all when it is already aborted", async () => {
    const stage = await staged(kind, wire("plain"));
    expect((await failure(callModel(request({ signal: AbortSignal.abort() }), stage.connection))).class).toBe(
      "aborted",
    );
    expect(stage.seen()).toBeUndefined();
  });

  it("lets go of a whole answer at once when it is aborted", async () => {
    const abort = new AbortController();
    const stage = await staged(kind, Wire.parse({ end: "stall" }));
    const call = failure(callModel(request({ signal: abort.signal }), stage.connection));
    await expect.poll(() => stage.seen()).toBeDefined();
    abort.abort();
    expect((await call).class).toBe("aborted");
  });

  it("caps a text of two megabytes without splitting a character", async () => {
    const huge = "🙂".repeat(500_000);
    const whole = structuredClone(wire("plain"));
    const text = JSON.stringify(whole).replace("Su pedido sale mañana 🚚", huge);
    const answer = await callModel(request(), (await staged(kind, Wire.parse(JSON.parse(text)))).connection);
    expect(answer.finish).toBe("length");
    expect(answer.text.length).toBeLessThanOrEqual(MAX_TEXT);
    expect(answer.text.isWellFormed()).toBe(true);
    const played = wire("stream_stall").events ?? [];
    const first = played.findIndex((event) => JSON.stringify(event).includes("Su pedido "));
    const long = JSON.stringify(played[first]).replace("Su pedido ", "x".repeat(1000));
    const events = [...played.slice(0, first), ...Array.from({ length: 2000 }, () => JSON.parse(long))];
    const stage = await staged(kind, Wire.parse({ events, end: "stall" }));
    const live = await callModel(request({ onText: () => undefined }), stage.connection);
    expect(live).toMatchObject({ finish: "length", usageEstimated: true });
    expect(live.text).toHaveLength(MAX_TEXT);
    await expect.poll(() => stage.closedByUs()).toBe(true);
  });
});

describe("an OpenAI-compatible server", () => {
  const wire = fixturesOf("openai-compatible");
  const against = async (played: Wire, change: Partial<ModelRequest> = {}): Promise<ModelAnswer> =>
    callModel(request(change), (await staged("openai-compatible", played)).connection);

  it("says how long to wait", async () => {
    expect(await failure(against(wire("throttled")))).toMatchObject({ status: 429, retryAfterMs: 3000 });
    expect(await failure(against(wire("throttled_ms")))).toMatchObject({ retryAfterMs: 1500 });
    const inAMinute = new Date(Date.now() + 60_000).toUTCString();
    const error = await failure(against(Wire.parse({ ...wire("throttled"), headers: { "retry-after": inAMinute } })));
    expect(error.retryAfterMs).toBeGreaterThan(30_000);
    expect(error.retryAfterMs).toBeLessThanOrEqual(60_000);
  });

  it("charges by its own price list, cached input apart", async () => {
    // 172 new at 1, 640 cached at 0.1, 9 out at 4 dollars per million
    expect((await against(wire("plain"))).costMicros).toBe(272);
  });

  it("understands an error inside a stream", async () => {
    expect((await failure(against(wire("stream_error"), { onText: () => undefined }))).class).toBe("throttle");
  });

  it("is not followed elsewhere with the key", async () => {
    const error = await failure(
      against(Wire.parse({ status: 307, headers: { location: "http://127.0.0.1:1/v1" }, body: "" })),
    );
    expect(error.class).toBe("invalid");
  });

  it("cannot fill the memory with an endless body", async () => {
    const error = await failure(against(Wire.parse({ body: `"${"x".repeat(9 * 1024 * 1024)}"` })));
    expect(error.class).toBe("garbage");
  });

  it("that is not there is a passing failure", async () => {
    const nowhere: ModelConnection = {
      kind: "openai-compatible",
      baseUrl: "http://127.0.0.1:1/v1",
      apiKey: API_KEY,
      prices: {},
      fetch,
    };
    expect((await failure(callModel(request(), nowhere))).class).toBe("transient");
  });
});
