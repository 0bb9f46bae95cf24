import type { StepRow } from "@charla/domain/log";
import type { ResolvedTool } from "@charla/domain/release";
import { resolveTools } from "@charla/tools/resolve";
import { runInDurableObject } from "cloudflare:test";
import { afterEach, describe, expect, it, vi } from "vitest";
import { HTTP, World } from "./world.ts";

/** Where two mechanisms meet: take-over and hand-back, replay and journal, pause and an open turn, restart and spend. */
afterEach(() => {
  vi.restoreAllMocks();
});

const calculator: ResolvedTool[] = resolveTools([{ name: "calculator", kind: "calculator", config: {} }]);
const add = (n: number) => ({ calls: [{ name: "calculator", args: { expression: `${n}+2` } }] });
const headOf = (world: World): Promise<{ spent: { tokens: number }; parked: number[] }> =>
  runInDurableObject(world.stub, (_instance, state) =>
    JSON.parse(String(state.storage.sql.exec("SELECT body FROM log WHERE seq = 0").one().body)),
  );
const texts = (world: World) => world.callbacks.map((callback) => callback.text);

describe("a person's word", () => {
  it("from the phone answers what was held, so that the agent does not", async () => {
    const world = await World.start();
    await world.say("m0", "Is this the bike shop?");
    await world.rest();
    await world.stub.takeOver({ tenantId: world.tenantId, memberId: "phone" });
    await world.say("m1", "Can I pay by card?");
    await world.stub.accept(
      world.arrival({ kind: "human_echo", externalId: "h1", at: Date.now(), text: "Yes you can." }),
    );
    await world.stub.handBack({ tenantId: world.tenantId, by: "mem_1" });
    await world.say("m2", "And until when are you open?");
    await world.rest();
    expect(texts(world)).toEqual(["echo: Is this the bike shop?", "echo: And until when are you open?"]);
  });

  it.each([
    ["as long as usual", HTTP, 30],
    ["as long as a short-spoken channel says", { ...HTTP, handBackMinutes: 2 }, 2],
    ["as long as a patient channel says", { ...HTTP, handBackMinutes: 600 }, 600],
  ])("from the phone keeps the conversation %s", async (_, channel, minutes) => {
    const world = await World.start({}, [], undefined, undefined, channel);
    await world.say("m0", "Is this the bike shop?");
    await world.rest();
    const before = Date.now();
    await world.stub.accept(world.arrival({ kind: "human_echo", externalId: "h1", at: before, text: "It is." }));
    const ownerNow = async () =>
      (await world.stub.view({ tenantId: world.tenantId, afterSeq: 0, limit: 1 })).owner as { until?: number };
    expect(await ownerNow()).toMatchObject({ type: "human", memberId: "phone" });
    const until = await vi.waitFor(async () => {
      const { until: said = 0 } = await ownerNow();
      expect(said).toBeGreaterThanOrEqual(before + minutes * 60_000);
      expect(said).toBeLessThanOrEqual(Date.now() + minutes * 60_000);
      return said;
    });
    const alarm = await runInDurableObject(world.stub, (_instance, state) => state.storage.getAlarm());
    expect(alarm).toBeLessThanOrEqual(until);
  });

  it("from the phone does not shorten a member's take-over", async () => {
    const world = await World.start();
    await world.say("m0", "Is this the bike shop?");
    await world.rest();
    await world.stub.takeOver({ tenantId: world.tenantId, memberId: "mem_1" });
    await world.stub.accept(world.arrival({ kind: "human_echo", externalId: "h1", at: Date.now(), text: "Hi." }));
    const view = await world.stub.view({ tenantId: world.tenantId, afterSeq: 0, limit: 1 });
    expect(view.owner).toEqual({ type: "human", memberId: "mem_1" });
  });

  it("is waited for also by the message whose answer the take-over dropped", async () => {
    const world = await World.start();
    world.onCallback = () => new Response("{}", { status: 503, headers: { "retry-after": "3600" } });
    await world.say("m1", "Are you open today?");
    await vi.waitFor(async () =>
      expect((await world.rows()).some((row) => row.kind === "out" && row.body.nextAt)).toBe(true),
    );
    await world.stub.takeOver({ tenantId: world.tenantId, memberId: "mem_1" });
    world.onCallback = () => new Response("{}");
    await world.stub.handBack({ tenantId: world.tenantId, by: "mem_1" });
    await vi.waitFor(() => expect(world.callbacks.length).toBeGreaterThan(1));
    expect(world.callbacks.at(-1)?.inReplyTo).toEqual(["m1"]);
  });
});

describe("a restart", () => {
  it("after hand-back goes on with what was held, however long ago it was projected", async () => {
    const world = await World.start();
    await world.say("m0", "Is this the bike shop?");
    await world.rest();
    await world.stub.takeOver({ tenantId: world.tenantId, memberId: "mem_1" });
    await world.say("m1", "Are you open today?");
    const events = await world.projected();
    expect(events).toBeGreaterThan(0);
    let hang = true;
    world.respond = () => (hang ? new Promise(() => {}) : { text: "Yes." });
    await world.stub.handBack({ tenantId: world.tenantId, by: "mem_1" });
    await vi.waitFor(() => expect(world.modelCalls).toHaveLength(2));
    await world.lose();
    hang = false;
    await world.stub.poke({ tenantId: world.tenantId });
    await world.rest();
    expect(texts(world).at(-1)).toBe("Yes.");
  });

  it("forgets nothing of what was spent", async () => {
    const world = await World.start({}, calculator);
    let hang = true;
    world.respond = (_request, call) => {
      if (call < 3) return add(call);
      return hang ? new Promise(() => {}) : { text: "four" };
    };
    await world.say("m1", "What is 2 plus 2?");
    await vi.waitFor(() => expect(world.modelCalls).toHaveLength(4));
    await world.lose();
    hang = false;
    await world.stub.poke({ tenantId: world.tenantId });
    const steps = (await world.rest()).filter((row): row is StepRow => row.kind === "step");
    const used = steps.reduce(
      (sum, { body }) => sum + (body.type === "model" ? body.usage.input + body.usage.output : 0),
      0,
    );
    expect(used).toBe(60);
    expect((await headOf(world)).spent.tokens).toBe(used);
  });
});

describe("a replayed turn", () => {
  it("goes on under its own journal: a tool that ran is not run again, and the answer is a new message", async () => {
    const world = await World.start({}, calculator);
    world.respond = (_request, call) => (call === 0 ? add(0) : { status: 401 });
    await world.say("m1", "Book it, please?");
    const turn = (await world.rest()).find((row) => row.kind === "turn" && row.state === "failed");
    world.respond = (request) =>
      request.messages.some((message) => message.role === "tool") ? { text: "booked" } : add(0);
    await world.stub.replay({ tenantId: world.tenantId, seq: turn?.seq ?? 0, by: "mem_1" });
    const rows = await world.rest();
    expect(rows.filter((row) => row.kind === "step" && row.body.type === "tool")).toHaveLength(1);
    expect(texts(world)).toEqual([expect.stringContaining("I am sorry"), "booked"]);
  });
});

describe("limits that fall in the middle of a turn", () => {
  it("the kill switch stops an open turn before its next call, and it goes on afterwards", async () => {
    const world = await World.start({}, calculator);
    world.respond = async (_request, call) => {
      if (call === 0) await world.gate.setStatus({ status: "paused" });
      return call < 3 ? add(call) : { text: "four" };
    };
    await world.say("m1", "What is 2 plus 2?");
    await vi.waitFor(async () => expect((await world.rows()).some((row) => row.kind === "step")).toBe(true));
    expect(world.modelCalls).toHaveLength(1);
    await world.gate.setStatus({ status: "active" });
    await world.rest();
    expect(texts(world)).toEqual(["four"]);
  });

  it("what waits for a message that never comes is bounded", async () => {
    const world = await World.start();
    const reactions = Array.from({ length: 300 }, (_, n) => ({
      kind: "reaction" as const,
      externalId: `r${n}`,
      at: Date.now(),
      target: `x${n}`,
      emoji: "x",
    }));
    await world.stub.accept(world.arrival(...reactions));
    expect((await headOf(world)).parked).toHaveLength(100);
  });
});
