import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import type { ToolRequest, ToolResult } from "@charla/domain/tool-call";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { executeTool } from "./execute.ts";
import { MAX_OUTPUT_BYTES } from "./output.ts";
import { toolKinds } from "./registry.ts";
import { resolveTools } from "./resolve.ts";

type Seen = { method: string; url: string; headers: IncomingMessage["headers"]; body: string };
type Play = (response: ServerResponse, request: Seen) => void;

let server: Server;
let origin = "";
let play: Play = () => undefined;
const seen: Seen[] = [];
const json: (value: unknown, status?: number) => Play =
  (value, status = 200) =>
  (response) =>
    void response.writeHead(status, { "content-type": "application/json" }).end(JSON.stringify(value));

beforeAll(async () => {
  server = createServer((request, response) => {
    let body = "";
    request.on("data", (piece) => (body += String(piece)));
    request.on("end", () => {
      const one = { method: request.method ?? "", url: request.url ?? "", headers: request.headers, body };
      seen.push(one);
      play(response, one);
    });
  });
  await new Promise<void>((ready) => server.listen(0, "127.0.0.1", ready));
  const address = server.address();
  origin = `http://127.0.0.1:${typeof address === "object" && address !== null ? address.port : 0}`;
});
afterAll(() => new Promise<void>((done) => (server.closeAllConnections(), server.close(() => done()))));
beforeEach(() => {
  seen.length = 0;
  play = json({ ok: true });
});

type Sample = { config: () => Record<string, unknown>; input: Record<string, unknown>; remote: boolean };

const fields = {
  order_id: { type: "string", maxLength: 40 },
  qty: { type: "integer", minimum: 1, maximum: 9, required: false },
};
const secret = "s3cret-header-value";

const samples: { [K in keyof typeof toolKinds]: Sample } = {
  http_get_json: {
    config: () => ({
      url: `${origin}/orders/{order_id}?n={qty}`,
      input: fields,
      headers: { "x-shop": secret },
      timeoutMs: 500,
    }),
    input: { order_id: "A-17", qty: 2 },
    remote: true,
  },
  http_post_json: {
    config: () => ({
      url: `${origin}/orders/{order_id}`,
      input: fields,
      headers: { "x-shop": secret },
      idempotency: "key",
      timeoutMs: 500,
    }),
    input: { order_id: "A-17", qty: 2 },
    remote: true,
  },
  calculator: { config: () => ({}), input: { expression: "2 * 21" }, remote: false },
};

const key = "abcdefghijklmnopqrstuvwxyz234567abcdefgh";
const run = (kind: string, change: Partial<ToolRequest> & { loopback?: boolean } = {}): Promise<ToolResult> => {
  const { loopback = true, ...rest } = change;
  const sample = Object.entries(samples).find(([name]) => name === kind)?.[1];
  const request: ToolRequest = {
    tenantId: "ten_1",
    conversationId: "cnv_1",
    turnId: "trn_1",
    trackingId: "trk_1",
    name: "tool",
    kind,
    config: sample?.config() ?? {},
    effect: "read",
    input: sample?.input,
    idempotencyKey: key,
    deadlineMs: 5000,
    ...rest,
  };
  return executeTool(request, { fetch, policy: { allowLoopback: loopback } });
};

const HOSTILE: [string, unknown][] = [
  ["nothing", undefined],
  ["null", null],
  ["text", '{"order_id":'],
  ["a list", [1, 2, 3]],
  ["a number", 7],
  ["an empty object", {}],
  ["a prototype", JSON.parse('{"__proto__":{"order_id":"x","expression":"1"}}')],
  ["wrong types", { order_id: { $ne: null }, expression: 5 }],
  ["arguments nobody asked for", { order_id: "A", expression: "1", tenant_id: "ten_other" }],
  ["too much text", { order_id: "x".repeat(5000), expression: "1".repeat(5000) }],
];

describe.each(Object.keys(toolKinds))("the tool kind %s", (kind) => {
  const sample = Object.entries(samples).find(([name]) => name === kind)?.[1];
  if (sample === undefined) throw new Error(`${kind} has no sample`);

  it("has a name in both languages and a schema vendors accept", () => {
    const registered = Object.entries(toolKinds).find(([name]) => name === kind)?.[1];
    expect(registered?.kind).toBe(kind);
    expect(registered?.label.es).not.toBe(registered?.label.en);
    const [tool] = resolveTools([{ name: "tool", kind, config: JSON.parse(JSON.stringify(sample.config())) }]);
    expect(tool?.inputSchema).toMatchObject({ type: "object", additionalProperties: false });
    expect(tool?.inputSchema).not.toHaveProperty("$schema");
    expect(["read", "keyed", "unsafe"]).toContain(tool?.effect);
    expect(tool?.timeoutMs).toBeGreaterThan(0);
    expect(tool?.description).not.toBe("");
  });

  it("works with sensible input", async () => {
    expect(await run(kind)).toMatchObject({ status: "ok" });
    expect(seen).toHaveLength(sample.remote ? 1 : 0);
  });

  it.each(HOSTILE)("refuses %s before anything happens", async (_, input) => {
    const result = await run(kind, { input, effect: "unsafe" });
    expect(result).toMatchObject({ status: "error", code: "INVALID_INPUT", retryable: false });
    expect(seen).toHaveLength(0);
  });

  it("refuses a configuration that is none", async () => {
    expect(await run(kind, { config: { surprise: true } })).toMatchObject({ status: "error", code: "INVALID_CONFIG" });
  });
});

const remote = Object.entries(samples).flatMap(([kind, sample]) => (sample.remote ? [kind] : []));

describe.each(remote)("the remote tool kind %s", (kind) => {
  it("cuts a huge result and says so", async () => {
    play = json({ rows: Array.from({ length: 3000 }, (_, n) => ({ n, text: "ñ".repeat(10) })) });
    const result = await run(kind);
    expect(result).toMatchObject({ status: "ok", truncated: true });
    expect(Buffer.byteLength(result.status === "ok" ? String(result.output) : "")).toBeLessThanOrEqual(
      MAX_OUTPUT_BYTES,
    );
  });

  it("reads no further than its limit", async () => {
    let closed = false;
    play = (response) => {
      response.writeHead(200, { "content-type": "application/json" });
      response.on("close", () => (closed = true));
      const more = (): void => void (closed || response.write("x".repeat(65_536), () => setImmediate(more)));
      more();
    };
    const result = await run(kind);
    expect(result.status === "error" ? result.code : result.status).toBe(kind === "http_get_json" ? "TOO_LARGE" : "ok");
    await expect.poll(() => closed).toBe(true);
  });

  it("may be repeated after a silence, a lost connection or a failure of the server", async () => {
    play = () => undefined;
    expect(await run(kind)).toMatchObject({ status: "error", code: "TIMEOUT", retryable: true });
    play = (response) => response.socket?.destroy();
    expect(await run(kind)).toMatchObject({ status: "error", retryable: true });
    play = json({ error: "down" }, 503);
    expect(await run(kind)).toMatchObject({ status: "error", retryable: true });
    play = (response) =>
      void (response.writeHead(200, { "content-type": "application/json", "content-length": "100" }),
      response.write("{"),
      setImmediate(() => response.destroy()));
    expect(await run(kind)).toMatchObject({ status: "error", retryable: true });
  });

  it("keeps within the time its caller waits", async () => {
    play = () => undefined;
    // Asked later and ended sooner than a call that only has the tool's own time; how long either takes is the machine's affair.
    const ended: string[] = [];
    const ask = async (who: string, deadlineMs: number): Promise<void> => {
      expect(await run(kind, { deadlineMs })).toMatchObject({ status: "error", code: "TIMEOUT" });
      ended.push(who);
    };
    await Promise.all([ask("patient", 5000), ask("hurried", 50)]);
    expect(ended).toEqual(["hurried", "patient"]);
  });

  it("is told what the server refused, once", async () => {
    play = json({ error: "unknown order" }, 404);
    expect(await run(kind)).toMatchObject({
      status: "error",
      code: "HTTP_404",
      retryable: false,
      message: expect.stringContaining("unknown order"),
    });
    play = json({ error: "slow down" }, 429);
    expect(await run(kind)).toMatchObject({ status: "error", code: "HTTP_429", retryable: true });
  });

  it("shows no secret the server repeats, in whatever coding, nor hidden text", async () => {
    play = (response, request) => {
      const value = String(request.headers["x-shop"]);
      const coded = [
        value,
        Buffer.from(value).toString("base64"),
        Buffer.from(value).toString("hex"),
        encodeURIComponent(value),
      ];
      json({ [value]: coded, hidden: "ok\u{E0049}\u{E0067}\u0000\u202e" })(response, request);
    };
    const result = await run(kind);
    const text = JSON.stringify(result);
    expect(text).toContain("[redacted]");
    for (const form of [
      secret,
      Buffer.from(secret).toString("base64").replace(/=+$/, ""),
      Buffer.from(secret).toString("hex"),
    ])
      expect(text).not.toContain(form);
    expect(result.status === "ok" ? result.output : null).toMatchObject({ hidden: "ok" });
    play = (response, request) => json({ error: `bad ${String(request.headers["x-shop"])}` }, 400)(response, request);
    expect(JSON.stringify(await run(kind))).not.toContain(secret);
  });

  it("survives JSON as deep as it likes", async () => {
    play = (response) =>
      void response
        .writeHead(200, { "content-type": "application/json" })
        .end(`${"[".repeat(9000)}${"]".repeat(9000)}`);
    const result = await run(kind);
    expect(result.status === "error" ? result.code : result.status).toBe(kind === "http_get_json" ? "TOO_DEEP" : "ok");
    play = json({ text: "[[[[{{{{".repeat(100) });
    expect(await run(kind)).toMatchObject({ status: "ok", output: { text: "[[[[{{{{".repeat(100) } });
  });

  it("does not climb out of its path, nor change the host", async () => {
    for (const order_id of [
      "..",
      ".",
      "../../admin",
      "%2e%2e/admin",
      "a/b",
      "x@evil.example",
      "?a=b#c",
      "\\..\\x",
      "\ud800",
      "ñ/🙂",
    ]) {
      const result = await run(kind, { input: { order_id } });
      if (result.status === "error") expect(result.code).toBe("INVALID_INPUT");
    }
    expect(seen.length).toBeGreaterThan(5);
    for (const { url } of seen) expect(url).toMatch(/^\/orders\/[^/?#]+$/);
  });

  it("is refused on this machine where that is not allowed", async () => {
    expect(await run(kind, { loopback: false, effect: "unsafe" })).toMatchObject({
      status: "error",
      code: "EGRESS_DENIED",
      retryable: false,
    });
    expect(seen).toHaveLength(0);
  });
});

describe("http_get_json", () => {
  it("leaves out a query parameter without a value", async () => {
    await run("http_get_json", { input: { order_id: "A 1/2" } });
    expect(seen[0]?.url).toBe("/orders/A%201%2F2");
  });

  it("shows the model the part that was asked for", async () => {
    play = json({ data: [{ "a/b": { "~c": 5 } }] });
    const config = { ...samples.http_get_json.config(), pick: "/data/0/a~1b/~0c" };
    expect(await run("http_get_json", { config })).toMatchObject({ status: "ok", output: 5 });
    play = json({ data: [] });
    expect(await run("http_get_json", { config })).toMatchObject({ status: "error", code: "NOT_FOUND" });
  });

  it("takes JSON only", async () => {
    play = (response) => void response.writeHead(200, { "content-type": "text/html" }).end("<html>");
    expect(await run("http_get_json")).toMatchObject({ status: "error", code: "NOT_JSON" });
    play = (response) => void response.writeHead(200, { "content-type": "application/problem+json" }).end('{"a":1}');
    expect(await run("http_get_json")).toMatchObject({ status: "ok", output: { a: 1 } });
    play = (response) => void response.writeHead(200, { "content-type": "application/json" }).end("{broken");
    expect(await run("http_get_json")).toMatchObject({ status: "error", code: "NOT_JSON" });
  });

  it("says that a server is not there, which is worth another try", async () => {
    const gone = createServer();
    await new Promise<void>((ready) => gone.listen(0, "127.0.0.1", ready));
    const address = gone.address();
    await new Promise<void>((closed) => gone.close(() => closed()));
    const config = { url: `http://127.0.0.1:${typeof address === "object" && address !== null ? address.port : 0}/` };
    expect(await run("http_get_json", { config, input: {}, effect: "unsafe" })).toMatchObject({
      status: "error",
      code: "UNREACHABLE",
      retryable: true,
    });
  });
});

describe("http_post_json", () => {
  it("sends the same key every time, and what is not in the address as its body", async () => {
    await run("http_post_json");
    await run("http_post_json");
    expect(seen.map(({ headers }) => headers["idempotency-key"])).toEqual([key, key]);
    expect(seen.map(({ body }) => body)).toEqual(['{"qty":2}', '{"qty":2}']);
  });

  it("fills a body that the author wrote, keeping types", async () => {
    const config = {
      ...samples.http_post_json.config(),
      body: { order: { id: "{order_id}", lines: ["{qty}"], note: "Order {order_id}!" }, fixed: true },
    };
    await run("http_post_json", { config });
    await run("http_post_json", { config, input: { order_id: "B" } });
    expect(seen.map(({ body }) => JSON.parse(body))).toEqual([
      { order: { id: "A-17", lines: [2], note: "Order A-17!" }, fixed: true },
      { order: { id: "B", lines: [], note: "Order B!" }, fixed: true },
    ]);
  });

  it("without a key is never called a failure when it may have happened", async () => {
    const config = { ...samples.http_post_json.config(), idempotency: "none" };
    const unsafe = (): Promise<ToolResult> => run("http_post_json", { config, effect: "unsafe" });
    await unsafe();
    expect(seen[0]?.headers["idempotency-key"]).toBeUndefined();
    play = () => undefined;
    expect(await unsafe()).toMatchObject({ status: "unknown" });
    play = (response) => response.socket?.destroy();
    expect(await unsafe()).toMatchObject({ status: "unknown" });
    play = json({ error: "?" }, 500);
    expect(await unsafe()).toMatchObject({ status: "unknown" });
    play = json({}, 302);
    expect(await unsafe()).toMatchObject({ status: "unknown" });
    play = json({ error: "no" }, 422);
    expect(await unsafe()).toMatchObject({ status: "error", code: "HTTP_422" });
  });

  it("is unsafe by its configuration even if the request says otherwise", async () => {
    play = () => undefined;
    const config = { ...samples.http_post_json.config(), idempotency: "none" };
    expect(await run("http_post_json", { config, effect: "read" })).toMatchObject({ status: "unknown" });
  });

  it("has happened, whatever the answer looks like", async () => {
    for (const [body, type] of [
      ["", "application/json"],
      ["<ok/>", "text/xml"],
      ["{broken", "application/json"],
    ]) {
      play = (response) => void response.writeHead(201, { "content-type": type }).end(body);
      expect(await run("http_post_json")).toMatchObject({ status: "ok", output: { done: true, status: 201 } });
    }
  });
});
