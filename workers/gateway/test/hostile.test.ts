import { AppError } from "@charla/domain/errors";
import { env } from "cloudflare:workers";
import { afterEach, beforeAll, describe, expect, it, vi } from "vitest";
import { newApp } from "../src/app.ts";
import { classify } from "../src/errors.ts";
import { readJson } from "../src/middleware/body-limit.ts";
import { bearer, call, newTenant, ORIGIN, send, type Tenant } from "./world.ts";

let own: Tenant;
beforeAll(async () => {
  own = await newTenant();
}, 60_000);
afterEach(() => {
  vi.useRealTimers();
});

describe("HEAD", () => {
  it.each(["events", "socket"])("opens no %s that nobody reads", async (what) => {
    const path = `/chat/${own.channelId}/${what}${what === "socket" ? `?token=${own.visitorToken}` : ""}`;
    const answer = await send(path, { method: "HEAD", headers: bearer(own.visitorToken) });
    expect([answer.status, answer.headers.get("allow")]).toEqual([405, "GET"]);
  });

  it("of a resource needs what GET needs", async () => {
    expect((await send("/v1/agents", { method: "HEAD" })).status).toBe(401);
    const answer = await send("/v1/agents", { method: "HEAD", headers: bearer(own.key) });
    expect([answer.status, await answer.text()]).toEqual([200, ""]);
  });
});

describe("ids that are none", () => {
  it.each([
    ["half a character", "%E0%A4%A"],
    ["NUL", "%00"],
    ["an emoji", "agt_%F0%9F%98%80"],
    ["a letter that only looks right", "аgt_01kbd0mz3v7q2x9c4f6g8h1j5k"],
    ["capitals", "AGT_01KBD0MZ3V7Q2X9C4F6G8H1J5K"],
    ["a line break behind it", "agt_01kbd0mz3v7q2x9c4f6g8h1j5k%0a"],
    ["what every object has", "__proto__"],
    ["and its maker", "constructor"],
    ["a very long one", "a".repeat(4_000)],
  ])("%s", async (_, id) => {
    for (const path of [
      `/v1/agents/${id}`,
      `/v1/conversations/${id}`,
      `/chat/${id}/messages`,
      `/webhooks/http/${id}`,
    ]) {
      const answer = await call(path, {
        method: path.startsWith("/webhooks") ? "POST" : "GET",
        headers: bearer(own.key),
        ...(path.startsWith("/webhooks") ? { body: {} } : {}),
      });
      expect([404, 405], path).toContain(answer.status);
    }
  });
});

it("an error with a name that every object has is one nobody expected", () => {
  for (const code of ["constructor", "toString", "__proto__"])
    expect(classify(Object.assign(new Error("x"), { code }))).toEqual({ code: "INTERNAL", details: {} });
});

it("a body that trickles in is given up, and its place is free", async () => {
  const body = new ReadableStream<Uint8Array>({ start: (controller) => controller.enqueue(new Uint8Array(1)) });
  const request = new Request(ORIGIN, { method: "POST", headers: { "content-type": "application/json" }, body });
  vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout"] });
  const read = readJson(request);
  const failed = expect(read).rejects.toMatchObject({ code: "REQUEST_TIMEOUT" });
  await vi.waitFor(() => expect(vi.getTimerCount()).toBe(1));
  vi.advanceTimersByTime(10_000);
  await failed;
});

it("what only the operator can change promises no time, and is logged as what it is", async () => {
  const lines = vi.spyOn(console, "warn").mockReturnValue();
  const failures = vi.spyOn(console, "error").mockReturnValue();
  const app = newApp();
  app.get("/full", () => {
    throw new AppError("POOL_EXHAUSTED", "no free database");
  });
  const answer = await app.request("/full", {}, env);
  expect([answer.status, answer.headers.get("retry-after")]).toEqual([503, null]);
  expect(lines).toHaveBeenCalledWith(expect.stringContaining('"event":"request:blocked"'));
  expect(failures).not.toHaveBeenCalled();
  vi.restoreAllMocks();
});

it("an address with credentials in it is not kept, because it would be shown", async () => {
  const make = (baseUrl: string) =>
    call("/v1/providers", { method: "POST", headers: bearer(own.key), body: { name: "x", baseUrl, apiKey: "key" } });
  expect((await make("https://user:secret@models.example.com/v1")).status).toBe(400);
  expect((await make("https://:secret@models.example.com/v1")).status).toBe(400);
  expect((await make("https://models.example.com/v1")).status).toBe(201);
});

it("one tenant's idempotency key answers no other tenant, even for the same request", async () => {
  const other = await newTenant();
  const create = ({ key }: Tenant) =>
    call("/v1/api-keys", {
      method: "POST",
      headers: { ...bearer(key), "idempotency-key": "the-same" },
      body: { name: "same", scopes: ["agents.read"] },
    });
  const [mine, theirs] = [await create(own), await create(other)];
  expect([mine.status, theirs.status]).toEqual([201, 201]);
  expect(theirs.headers.get("idempotent-replay")).toBeNull();
  expect(Reflect.get(Object(theirs.json), "key")).not.toBe(Reflect.get(Object(mine.json), "key"));
});

it.each(["/readyz", "/metrics", "/demo.json"])("%s costs the asker his quota", async (path) => {
  const limit = vi.spyOn(env.RATE_LIMIT_IP, "limit").mockResolvedValueOnce({ success: false });
  const answer = await call(path);
  expect([answer.status, answer.headers.get("retry-after")]).toEqual([429, "10"]);
  limit.mockRestore();
});
