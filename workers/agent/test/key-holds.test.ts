import { newId } from "@charla/domain/ids";
import { AgentSettings } from "@charla/domain/release";
import { ModelError } from "@charla/models/contract";
import { env } from "cloudflare:workers";
import { runInDurableObject } from "cloudflare:test";
import { afterEach, describe, expect, it, vi } from "vitest";
import { chooseModel } from "../src/conversation/choose-model.ts";
import { KeyHolds } from "../src/conversation/key-holds.ts";
import { World } from "./world.ts";

afterEach(() => {
  vi.restoreAllMocks();
});

const at = (model: string, provider = "prv_a") => ({ provider, model });
const throttled = (retryAfterMs: number) => new ModelError("throttle", "slow down", { status: 429, retryAfterMs });

describe("what a vendor says of its key", () => {
  it("holds for every model of it and for no other tenant, and not for days", () => {
    const holds = new KeyHolds();
    expect(holds.failed({ tenantId: "ten_1", ref: at("m-1") }, throttled(3000), 1000)).toBe(4000);
    expect(holds.until({ tenantId: "ten_1", ref: at("m-2") })).toBe(4000);
    expect(holds.until({ tenantId: "ten_1", ref: at("m-1", "prv_b") })).toBe(0);
    expect(holds.until({ tenantId: "ten_2", ref: at("m-1") })).toBe(0);
    expect(holds.failed({ tenantId: "ten_1", ref: at("m-1") }, throttled(86_400_000), 1000)).toBeLessThan(3_600_000);
    expect(holds.failed({ tenantId: "ten_1", ref: at("m-1") }, new ModelError("throttle", "?"), 1000)).toBeNull();
  });

  it("a model that only ever fails is let be for a while, then asked once, and forgiven when it answers", () => {
    const holds = new KeyHolds();
    const key = { tenantId: "ten_1", ref: at("m-1") };
    const fail = (now: number) => holds.failed(key, new ModelError("transient", "down", { status: 503 }), now);
    for (let n = 0; n < 9; n++) fail(1000);
    expect(holds.until(key)).toBe(0);
    fail(1000);
    expect(holds.until(key)).toBe(31_000);
    expect(holds.until({ ...key, ref: at("m-2") })).toBe(0);
    fail(40_000);
    expect(holds.until(key)).toBe(70_000);
    holds.worked(key);
    expect(holds.until(key)).toBe(0);
    fail(80_000);
    expect(holds.until(key)).toBe(0);
  });
});

describe("the choice of a model", () => {
  const { tools: _none, ...settings } = AgentSettings.parse({
    name: "Ada",
    model: at("m-1", newId("provider")),
    fallbackModels: [at("m-2", newId("provider"))],
    limits: { modelAttempts: 2 },
  });
  const choose = (rests: Record<string, number>) =>
    chooseModel({ steps: [] }, { settings }, (ref) => rests[ref.model] ?? 0, 1000);

  it("waits for the main one a moment, and goes to a fall-back where it would be long", () => {
    expect(choose({})).toMatchObject({ ref: { model: "m-1" }, until: 0 });
    expect(choose({ "m-1": 4000 })).toMatchObject({ ref: { model: "m-1" }, until: 4000 });
    expect(choose({ "m-1": 60_000 })).toMatchObject({ ref: { model: "m-2" }, until: 0 });
    expect(choose({ "m-1": 60_000, "m-2": 30_000 })).toMatchObject({ ref: { model: "m-2" }, until: 30_000 });
  });
});

describe("the tenant's gate", () => {
  it("tells who asks for a lease which keys rest, also after its object was lost", async () => {
    const tenantId = newId("tenant");
    const gate = () => env.TENANT_GATE.getByName(tenantId);
    const nothing = { tokens: 0, micros: 0 };
    const ask = { conversationId: `cnv_${"0f".repeat(32)}`, agentId: "a", spent: nothing, want: nothing };
    expect((await gate().lease(ask)).holds).toBeUndefined();
    const until = Date.now() + 60_000;
    await gate().hold({ provider: "prv_a", until });
    await gate().hold({ provider: "prv_b", until: Date.now() - 1 });
    await runInDurableObject(gate(), (_instance, state) => state.abort("lost")).catch(() => undefined);
    expect((await gate().lease(ask)).holds).toEqual({ prv_a: until });
  });
});

it("a conversation does not ask a vendor that asked another one to wait, and is answered afterwards", async () => {
  const world = await World.start();
  const asked: number[] = [];
  world.respond = () => {
    asked.push(Date.now());
    return asked.length === 1 ? { status: 429, headers: { "retry-after": "2" } } : { text: "fine" };
  };
  await world.say("m1", "Is anybody there?");
  await vi.waitFor(() => expect(asked).toHaveLength(1), { timeout: 10_000 });
  const other = new World({ ...world.ids, thread: "thread-2" });
  await other.say("m1", "And is anybody here?");
  await Promise.all([world.rest(), other.rest()]);
  expect(world.callbacks.map(({ text }) => text)).toEqual(["fine", "fine"]);
  expect(asked).toHaveLength(3);
  for (const later of asked.slice(1)) expect(later - (asked[0] ?? 0)).toBeGreaterThanOrEqual(2000);
});
