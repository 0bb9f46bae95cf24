import { env } from "cloudflare:workers";
import { createExecutionContext } from "cloudflare:test";
import { beforeAll, describe, expect, it } from "vitest";
import { newApp } from "../src/app.ts";
import { asPlatform, bearer, call, newTenant, ORIGIN, problemCode, send, settings, type Tenant } from "./world.ts";

let own: Tenant;
let foreign: Tenant;

beforeAll(async () => {
  own = await newTenant();
  foreign = await newTenant();
}, 60_000);

const idOf = (json: unknown): unknown => Reflect.get(Object(json), "id");

describe("S38: idempotency keys", () => {
  const create = (tenant: Tenant, key: string, body: unknown) =>
    call("/v1/agents", { method: "POST", headers: { ...bearer(tenant.key), "idempotency-key": key }, body });

  it("the same request again gets the same answer", async () => {
    const first = await create(own, "agent-1", { settings: settings() });
    const again = await create(own, "agent-1", { settings: settings() });
    expect([again.status, again.text]).toEqual([first.status, first.text]);
    expect([first.headers.get("idempotent-replay"), again.headers.get("idempotent-replay")]).toEqual([null, "true"]);
    expect(again.headers.get("etag")).toBe(first.headers.get("etag"));
  });

  it("ten at once make one", async () => {
    const answers = await Promise.all(
      Array.from({ length: 10 }, () => create(own, "agent-2", { settings: settings() })),
    );
    const ids = new Set(answers.filter(({ status }) => status === 201).map(({ json }) => idOf(json)));
    expect(ids.size).toBe(1);
    for (const { status } of answers) expect([201, 409]).toContain(status);
  });

  it("another body under the key is refused", async () => {
    await create(own, "agent-3", { settings: settings() });
    const answer = await create(own, "agent-3", { settings: settings({ name: "Other" }) });
    expect([answer.status, problemCode(answer)]).toEqual([422, "IDEMPOTENCY_MISMATCH"]);
  });

  it("tenants do not share keys", async () => {
    const mine = await create(own, "shared", { settings: settings() });
    const theirs = await create(foreign, "shared", { settings: settings({ name: "Other" }) });
    expect(theirs.status).toBe(201);
    expect(idOf(theirs.json)).not.toBe(idOf(mine.json));
  });

  it.each([
    ["500 characters", "x".repeat(500)],
    ["empty", ""],
    ["spaces", "a b"],
  ])("%s is no key", async (_, key) => {
    expect((await create(own, key, { settings: settings() })).status).toBe(400);
  });

  it("255 characters are one", async () => {
    expect((await create(own, "k".repeat(255), { settings: settings() })).status).toBe(201);
  });

  it("a request that was refused may be repeated, corrected, under its key", async () => {
    expect((await create(own, "agent-4", { settings: {} })).status).toBe(400);
    expect((await create(own, "agent-4", { settings: settings() })).status).toBe(201);
  });
});

describe("52: two people edit one agent", () => {
  it("the second is told instead of overwriting the first", async () => {
    const headers = bearer(own.key);
    const tag = (await call(`/v1/agents/${own.agentId}`, { headers })).headers.get("etag") ?? "";
    const edit = (name: string) =>
      call(`/v1/agents/${own.agentId}`, {
        method: "PUT",
        headers: { ...headers, "if-match": tag },
        body: { settings: settings({ name }) },
      });
    const [first, second] = [await edit("First"), await edit("Second")];
    expect([first.status, second.status, problemCode(second)]).toEqual([200, 412, "PRECONDITION_FAILED"]);
    expect((await call(`/v1/agents/${own.agentId}`, { headers })).json).toMatchObject({ settings: { name: "First" } });
  });
});

describe("33: bodies without measure", () => {
  const post = (raw: BodyInit, headers: Record<string, string> = {}) =>
    call("/v1/agents", {
      method: "POST",
      raw,
      headers: { ...bearer(own.key), "content-type": "application/json", ...headers },
    });

  it("2 MB with a length", async () => {
    expect((await post("x".repeat(2 * 1024 * 1024))).status).toBe(413);
  });

  it("30 MB in pieces, without a length, is cut off at the limit", async () => {
    let pulled = 0;
    const endless = new ReadableStream<Uint8Array>({
      pull(controller) {
        pulled += 1;
        controller.enqueue(new Uint8Array(64 * 1024));
        if (pulled === 480) controller.close();
      },
    });
    const request = new Request(`${ORIGIN}/v1/agents`, {
      method: "POST",
      body: endless,
      headers: { ...bearer(own.key), "content-type": "application/json" },
    });
    const response = await newApp().fetch(request, env, createExecutionContext());
    expect(response.status).toBe(413);
    expect(pulled).toBeLessThan(40);
  });

  it("nobody reads the body of a stranger", async () => {
    const answer = await call("/v1/agents", { method: "POST", raw: "x".repeat(2 * 1024 * 1024) });
    expect(answer.status).toBe(401);
  });
});

describe("34: JSON that is hardly any", () => {
  const refused: [string, BodyInit, number][] = [
    ["depth 100,000", "[".repeat(100_000) + "]".repeat(100_000), 400],
    ["depth 65", `{"settings":${"[".repeat(65)}${"]".repeat(65)}}`, 400],
    ["100,000 keys", `{${Array.from({ length: 60_000 }, (_, i) => `"k${i}":1`).join(",")}}`, 400],
    ["NaN", '{"settings":NaN}', 400],
    ["1e400 as a number", '{"settings":1e400}', 400],
    ["nothing", "", 400],
    ["half of it", '{"settings":', 400],
    ["invalid UTF-8", new Uint8Array([0x7b, 0x22, 0xff, 0xfe, 0x22, 0x7d]), 400],
    ["null", "null", 400],
    ["a list", "[]", 400],
    ["a text", '"settings"', 400],
  ];
  it.each(refused)("%s", async (_, raw, status) => {
    const answer = await call("/v1/agents", {
      method: "POST",
      raw,
      headers: { ...bearer(own.key), "content-type": "application/json" },
    });
    expect(answer.status).toBe(status);
    expect(problemCode(answer)).toBe("BAD_REQUEST");
  });

  it.each(["text/plain", "application/x-www-form-urlencoded", "multipart/form-data; boundary=x", "application/jsonx"])(
    "%s is not JSON",
    async (type) => {
      const answer = await call("/v1/agents", {
        method: "POST",
        raw: "{}",
        headers: { ...bearer(own.key), "content-type": type },
      });
      expect(answer.status).toBe(415);
    },
  );

  it("stores odd characters so that they come back as they were", async () => {
    const name = "\u202Eevil\u202C \u200B👩‍👩‍👧 'quote\" <b>";
    const body = { settings: settings({ name }) };
    const created = await call("/v1/agents", { method: "POST", headers: bearer(own.key), body });
    expect(created.json).toMatchObject({ settings: { name } });
  });
});

describe("problem documents", () => {
  it.each([
    ["es-ES,es;q=0.9,en;q=0.8", "No existe"],
    ["en-GB", "Not found"],
    ["fr, en;q=0.5, es;q=0.4", "Not found"],
    ["", "No existe"],
  ])("speak %s", async (language, title) => {
    const answer = await call("/v1/nothing", { headers: { "accept-language": language } });
    expect(answer.headers.get("content-type")).toBe("application/problem+json");
    expect(answer.json).toMatchObject({ title, code: "NOT_FOUND", type: "urn:charla:problem:not-found", errors: [] });
  });

  it("name the fields that were wrong", async () => {
    const answer = await call("/v1/agents", {
      method: "POST",
      headers: bearer(own.key),
      body: { settings: { name: "" } },
    });
    const paths = Object(answer.json).errors.map(({ path }: { path: string }) => path);
    expect(paths).toEqual(expect.arrayContaining(["body.settings.name", "body.settings.model"]));
  });

  it("carry the caller's request id, unless it is harmful", async () => {
    const kept = await call("/v1/nothing", { headers: { "x-request-id": "trace-0123456789" } });
    expect(kept.json).toMatchObject({ requestId: "trace-0123456789" });
    const replaced = await call("/v1/nothing", { headers: { "x-request-id": "<script>alert(1)</script>" } });
    expect(replaced.headers.get("x-request-id")).toMatch(/^req_/);
  });
});

describe("limits", () => {
  const never = { limit: () => Promise.resolve({ success: false }) };
  const withEnv = (change: Partial<typeof env>, path: string, headers: Record<string, string>) =>
    newApp().fetch(new Request(`${ORIGIN}${path}`, { headers }), { ...env, ...change }, createExecutionContext());

  it.each([
    ["address", { RATE_LIMIT_IP: never }],
    ["credential", { RATE_LIMIT_KEY: never }],
  ])("over the limit of the %s", async (_, change) => {
    const response = await withEnv(change, "/v1/agents", bearer(own.key));
    expect(response.status).toBe(429);
    expect(response.headers.get("retry-after")).toBe("10");
    expect(response.headers.get("ratelimit-policy")).toContain("w=10");
    await response.body?.cancel();
  });

  it("guessing keys costs the guesser, whoever else is served", async () => {
    const response = await withEnv({ RATE_LIMIT_IP: never }, "/v1/agents", bearer("ck_guess"));
    expect(response.status).toBe(429);
    await response.body?.cancel();
  });

  it("S35: metrics are the operator's in production", async () => {
    const production = { ENVIRONMENT: "production" };
    const closed = await withEnv(production, "/metrics", {});
    const open = await withEnv(production, "/metrics", asPlatform());
    expect([closed.status, open.status]).toEqual([401, 200]);
    await Promise.all([closed.body?.cancel(), open.body?.cancel()]);
  });

  it("says that it is not ready when the router does not answer", async () => {
    const broken = { fetch: () => Promise.reject(new Error("gone")) };
    const response = await withEnv({ ROUTER: { ...env.ROUTER, ...broken } }, "/readyz", {});
    expect(response.status).toBe(503);
    expect(await response.json()).toMatchObject({ checks: expect.arrayContaining([{ name: "router", ok: false }]) });
  });
});

describe("the reference", () => {
  it("tells of every route, and nothing refers to what is not there", async () => {
    const document = JSON.stringify((await call("/openapi.json")).json);
    const known = Object.keys(Object((await call("/openapi.json")).json).components.schemas);
    const wanted = [...document.matchAll(/"#\/components\/schemas\/(\w+)"/g)].map(([, name]) => name);
    expect(wanted.filter((name) => name === undefined || !known.includes(name))).toEqual([]);
  });

  it("is readable without a script", async () => {
    const page = await call("/docs");
    expect(page.text).toContain("/v1/agents/{agentId}/publish");
    expect(page.text).not.toMatch(/<script|style=|(?:src|href)="(?:https?:)?\/\//);
    const style = await send("/docs/style.css");
    expect(style.headers.get("content-type")).toContain("text/css");
    await style.body?.cancel();
  });
});
