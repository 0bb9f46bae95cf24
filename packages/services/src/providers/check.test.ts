import { AppError } from "@charla/domain/errors";
import type { ModelVendor } from "@charla/domain/model-vendor";
import { afterAll, beforeAll, describe, expect, it, vi } from "vitest";
import { type TestPlatforms, startPlatforms } from "../../test/platform.ts";
import type { Ctx } from "../context.ts";
import type { Outside } from "./ask-models.ts";
import { checkProvider } from "./check.ts";
import { createProvider } from "./create.ts";
import type { ProviderCheckOut } from "./schemas.ts";

// Workers' storage starts in seconds and more on a busy machine.
vi.setConfig({ testTimeout: 60_000, hookTimeout: 60_000 });

const KEY = "sk-test-0123456789abcdef";
let platforms: TestPlatforms;
let ctx: Ctx;

beforeAll(async () => {
  platforms = await startPlatforms(1);
  ctx = await (await platforms.next()).tenant("shop");
});
afterAll(() => platforms.stop());

const outside = (answer: (request: Request) => Response | Promise<Response>): Outside => ({
  fetch: async (input, init) => answer(new Request(input, init)),
  deadlineMs: 5000,
});

const provider = (kind: ModelVendor, baseUrl?: string) =>
  createProvider(ctx, { kind, name: kind, apiKey: KEY, prices: {}, ...(baseUrl === undefined ? {} : { baseUrl }) });

async function check(kind: ModelVendor, answer: Parameters<typeof outside>[0]): Promise<ProviderCheckOut> {
  const base = kind === "openai-compatible" ? "https://models.example.com/v1" : undefined;
  return checkProvider(ctx, (await provider(kind, base)).id, outside(answer));
}

describe("a provider by name", () => {
  it.each([
    ["openai", "https://api.openai.com/v1"],
    ["google", "https://generativelanguage.googleapis.com/v1beta"],
    ["anthropic", "https://api.anthropic.com/v1"],
  ] as const)("%s has an address of its own, another only where it is named", async (kind, address) => {
    expect(await provider(kind)).toMatchObject({ kind, baseUrl: address, keyHint: "cdef" });
    expect((await provider(kind, "https://eu.example.com/v1")).baseUrl).toBe("https://eu.example.com/v1");
  });

  it("needs what it cannot be reached without", async () => {
    const refused = { code: "UNPROCESSABLE" };
    await expect(provider("openai-compatible")).rejects.toMatchObject({
      ...refused,
      details: { fields: [{ path: "baseUrl" }] },
    });
    const keyless = createProvider(ctx, { kind: "anthropic", name: "x", apiKey: "", prices: {} });
    await expect(keyless).rejects.toMatchObject({ ...refused, details: { fields: [{ path: "apiKey" }] } });
  });
});

describe("the check of a key", () => {
  it.each([
    ["openai", "/v1/models", { authorization: `Bearer ${KEY}` }, { object: "list", data: [{ id: "b" }, { id: "a" }] }],
    ["openai-compatible", "/v1/models", { authorization: `Bearer ${KEY}` }, { data: [{ id: "a" }, { id: "b" }] }],
    [
      "google",
      "/v1beta/models?pageSize=1000",
      { "x-goog-api-key": KEY },
      { models: [{ name: "models/a" }, { name: "models/b" }] },
    ],
    [
      "anthropic",
      "/v1/models?limit=1000",
      { "x-api-key": KEY, "anthropic-version": "2023-06-01" },
      {
        data: [
          { type: "model", id: "a" },
          { type: "model", id: "b" },
        ],
        has_more: false,
      },
    ],
  ] as const)("asks %s for its models", async (kind, path, headers, body) => {
    let seen: Request | undefined;
    const report = await check(kind, (request) => {
      seen = request;
      return Response.json(body);
    });
    const { pathname, search } = new URL(seen?.url ?? "");
    expect(pathname + search).toBe(path);
    expect(Object.fromEntries(seen?.headers ?? [])).toMatchObject(headers);
    expect(report).toMatchObject({ works: true, models: ["a", "b"], checks: [{ id: "key", state: "ok" }] });
  });

  it.each([
    ["openai", 401, "key", "broken"],
    ["google", 400, "key", "broken"],
    ["anthropic", 403, "key", "broken"],
    ["anthropic", 529, "answer", "manual"],
    ["openai", 429, "answer", "manual"],
    ["openai", 503, "answer", "broken"],
    ["openai", 307, "address", "broken"],
    ["openai", 404, "address", "broken"],
    ["openai-compatible", 404, "list", "manual"],
    ["openai-compatible", 400, "address", "broken"],
  ] as const)("of %s that is answered %i says so (%s: %s)", async (kind, status, id, state) => {
    const report = await check(kind, () => new Response(`no: ${KEY}`, { status }));
    expect(report).toMatchObject({ works: state !== "broken", models: [], checks: [{ id, state }] });
    expect(report.checks[0]?.help?.es).not.toBe(report.checks[0]?.help?.en);
    expect(JSON.stringify(report)).not.toContain(KEY);
  });

  it.each([["<html>"], ["{}"], ['{"data": 7}'], [`{"data":[${'{"id":"a"},'.repeat(500_000)}{"id":"a"}]}`]])(
    "takes no page and no flood for a list of models (%#)",
    async (body) => {
      expect(await check("openai", () => new Response(body))).toMatchObject({
        works: false,
        checks: [{ id: "address" }],
      });
    },
  );

  it("says which address may not be used, and when nobody answers", async () => {
    const denied = await check("openai-compatible", () => {
      throw new AppError("EGRESS_DENIED", "a private network");
    });
    expect(denied).toMatchObject({ works: false, checks: [{ id: "address" }] });
    const dead = await check("openai", () => Promise.reject(new TypeError(`fetch failed with ${KEY}`)));
    expect(dead).toMatchObject({ works: false, checks: [{ id: "answer", state: "broken" }] });
    expect(JSON.stringify(dead)).not.toContain(KEY);
  });
});
