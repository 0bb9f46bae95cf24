import { readFileSync } from "node:fs";
import { createServer, type ServerResponse } from "node:http";
import { afterEach, describe, expect, it } from "vitest";
import * as z from "zod";
import { MAX_TEXT } from "./answer.ts";
import { ModelError, type ModelAnswer, type ModelConnection, type ModelRequest } from "./contract.ts";
import { callModel, providers } from "./registry.ts";

const Wire = z.object({
  status: z.number().default(200),
  headers: z.record(z.string(), z.string()).default({}),
  json: z.unknown().optional(),
  body: z.string().optional(),
  output: z.unknown().optional(),
  throws: z.string().optional(),
  events: z.array(z.unknown()).optional(),
  end: z.enum(["done", "close", "reset", "stall"]).default("done"),
});
type Wire = z.infer<typeof Wire>;

/** A remote that plays one fixture, and what it saw of us. */
type Stage = {
  connection: ModelConnection;
  seen: () => unknown;
  closedByUs: () => boolean;
  close: () => Promise<void>;
};

const API_KEY = "test-key-9431";
const sse = (event: unknown): string => `data: ${JSON.stringify(event)}\n\n`;
const open: Stage[] = [];
afterEach(async () => {
  await Promise.all(open.splice(0).map((stage) => stage.close()));
});

function playEvents(response: ServerResponse, wire: Wire): void {
  response.writeHead(200, { "content-type": "text/event-stream" });
  for (const event of wire.events ?? []) response.write(sse(event));
  if (wire.end === "done") response.end("data: [DONE]\n\n");
  else if (wire.end === "close") response.end();
  else if (wire.end === "reset") setImmediate(() => response.socket?.destroy());
}

async function openaiStage(wire: Wire): Promise<Stage> {
  let seen: unknown;
  let closed = false;
  const server = createServer((request, response) => {
    let body = "";
    request.on("data", (piece) => (body += String(piece)));
    response.on("close", () => (closed = !response.writableEnded));
    request.on("end", () => {
      seen = { body: JSON.parse(body), authorization: request.headers.authorization, path: request.url };
      if (wire.events !== undefined) return playEvents(response, wire);
      if (wire.end === "stall") return;
      response.writeHead(wire.status, { "content-type": "application/json", ...wire.headers });
      response.end(wire.body ?? JSON.stringify(wire.json));
    });
  });
  await new Promise<void>((ready) => server.listen(0, "127.0.0.1", ready));
  const address = server.address();
  const port = typeof address === "object" && address !== null ? address.port : 0;
  const prices = { "m-1": { input: 1, output: 4, cached: 0.1 } };
  return {
    connection: { kind: "openai-compatible", baseUrl: `http://127.0.0.1:${port}/v1`, apiKey: API_KEY, prices, fetch },
    seen: () => seen,
    closedByUs: () => closed,
    close: () => new Promise<void>((done) => (server.closeAllConnections(), server.close(() => done()))),
  };
}

function workersAiStage(wire: Wire): Promise<Stage> {
  let seen: unknown;
  let closed = false;
  const stream = (): ReadableStream<Uint8Array> => {
    const texts = [...(wire.events ?? []).map(sse), ...(wire.end === "done" ? ["data: [DONE]\n\n"] : [])];
    return new ReadableStream<Uint8Array>({
      pull(controller) {
        const text = texts.shift();
        if (text !== undefined) return controller.enqueue(new TextEncoder().encode(text));
        if (wire.end === "stall") return new Promise<void>(() => undefined);
        return wire.end === "reset" ? controller.error(new Error("Network connection lost.")) : controller.close();
      },
      cancel: () => void (closed = true),
    });
  };
  const run = (model: string, inputs: unknown, options?: Record<string, unknown>): Promise<unknown> => {
    seen = { body: inputs, model, options };
    if (wire.throws !== undefined) return Promise.reject(new Error(wire.throws));
    if (wire.events !== undefined) return Promise.resolve(stream());
    return wire.end === "stall" ? new Promise(() => undefined) : Promise.resolve(wire.output);
  };
  return Promise.resolve({
    connection: { kind: "workers-ai", binding: { run } },
    seen: () => seen,
    closedByUs: () => closed,
    close: () => Promise.resolve(),
  });
}

const stages: { [K in keyof typeof providers]: (wire: Wire) => Promise<Stage> } = {
  "openai-compatible": openaiStage,
  "workers-ai": workersAiStage,
};

async function staged(kind: keyof typeof providers, wire: Wire): Promise<Stage> {
  const stage = await stages[kind](wire);
  open.push(stage);
  return stage;
}

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

describe.each(Object.values(providers).map(({ kind }) => kind))("the provider %s", (kind) => {
  const fixtures = z
    .record(z.string(), Wire)
    .parse(JSON.parse(readFileSync(new URL(`../fixtures/${kind}.json`, import.meta.url), "utf8")));
  const wire = (name: string): Wire => {
    const found = fixtures[name];
    if (found === undefined) throw new Error(`${kind} has no fixture ${name}`);
    return found;
  };
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

  it.each([["usage_missing"], ["usage_negative"], ["usage_absurd"]])(
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

  it("counts for itself where a stream sends no count", async () => {
    expect(await streamed("stream_usage_missing")).toMatchObject({ usageEstimated: true, finish: "stop" });
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
    const chunks = wire("stream_stall").events?.slice(1, 2) ?? [];
    const events = Array.from({ length: 2000 }, () =>
      JSON.parse(JSON.stringify(chunks[0]).replace(/sale |Su pedido /, "x".repeat(1000))),
    );
    const stage = await staged(kind, Wire.parse({ events, end: "stall" }));
    const live = await callModel(request({ onText: () => undefined }), stage.connection);
    expect(live).toMatchObject({ finish: "length", usageEstimated: true });
    expect(live.text).toHaveLength(MAX_TEXT);
    await expect.poll(() => stage.closedByUs()).toBe(true);
  });

  it("sends instructions, history with tool results, tools and a limit", async () => {
    const stage = await staged(kind, wire("plain"));
    const messages: ModelRequest["messages"] = [
      { role: "user", text: "¿Dónde está A-17?" },
      { role: "assistant", text: "", calls: [{ id: "c1_0", name: "order_status", input: { order_id: "A-17" } }] },
      { role: "tool", callId: "c1_0", name: "order_status", output: { status: "sent" } },
      { role: "assistant", text: "", calls: [{ id: "c2_0", name: "order_status", input: "{broken" }] },
      { role: "tool", callId: "c2_0", name: "order_status", output: "no such order", failed: true },
    ];
    await callModel(
      request({ messages, ref: { provider: "workers-ai", model: "m-1", temperature: 0.2 } }),
      stage.connection,
    );
    const { body } = z
      .object({
        body: z.looseObject({ messages: z.array(z.looseObject({ role: z.string(), content: z.string().nullish() })) }),
      })
      .parse(stage.seen());
    expect(body).toMatchObject({
      max_tokens: 300,
      temperature: 0.2,
      tools: [{ type: "function", function: { name: "order_status", parameters: tools[0]?.inputSchema } }],
    });
    expect(body.messages.map(({ role }) => role)).toEqual(["system", "user", "assistant", "tool", "assistant", "tool"]);
    expect(body.messages[2]).toMatchObject({
      tool_calls: [{ id: "c1_0", function: { name: "order_status", arguments: '{"order_id":"A-17"}' } }],
    });
    expect(body.messages[3]).toMatchObject({ tool_call_id: "c1_0", content: '{"status":"sent"}' });
    expect(body.messages[4]).toMatchObject({ tool_calls: [{ function: { arguments: '{"invalid":"{broken"}' } }] });
    expect(body.messages[5]).toMatchObject({ content: "no such order" });
    expect(JSON.stringify(stage.seen())).not.toContain("signal");
  });
});

describe("an OpenAI-compatible server", () => {
  const fixtures = z
    .record(z.string(), Wire)
    .parse(JSON.parse(readFileSync(new URL("../fixtures/openai-compatible.json", import.meta.url), "utf8")));
  const against = async (wire: Wire | undefined, change: Partial<ModelRequest> = {}): Promise<ModelAnswer> =>
    callModel(request(change), (await staged("openai-compatible", Wire.parse(wire))).connection);

  it("says how long to wait", async () => {
    expect(await failure(against(fixtures["throttled"]))).toMatchObject({ status: 429, retryAfterMs: 3000 });
    expect(await failure(against(fixtures["throttled_ms"]))).toMatchObject({ retryAfterMs: 1500 });
    const inAMinute = new Date(Date.now() + 60_000).toUTCString();
    const error = await failure(
      against(Wire.parse({ ...fixtures["throttled"], headers: { "retry-after": inAMinute } })),
    );
    expect(error.retryAfterMs).toBeGreaterThan(30_000);
    expect(error.retryAfterMs).toBeLessThanOrEqual(60_000);
  });

  it("charges by its own price list, cached input apart", async () => {
    // 172 new at 1, 640 cached at 0.1, 9 out at 4 dollars per million
    expect((await against(fixtures["plain"])).costMicros).toBe(272);
  });

  it("understands an error inside a stream", async () => {
    expect((await failure(against(fixtures["stream_error"], { onText: () => undefined }))).class).toBe("throttle");
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
