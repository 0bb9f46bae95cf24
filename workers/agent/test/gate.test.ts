import { newId } from "@charla/domain/ids";
import { env } from "cloudflare:workers";
import { afterEach, describe, expect, it, vi } from "vitest";
import { MAX_MESSAGES } from "../src/conversation/turn-limits.ts";
import type { TenantGate } from "../src/tenant-gate.ts";
import { World } from "./world.ts";

afterEach(() => {
  vi.restoreAllMocks();
});

const conversation = (n: number) => `cnv_${n.toString(16).padStart(64, "0")}`;

describe("the tenant's gate", () => {
  it("grants no more than is left, and books totals once however often they are reported", async () => {
    const gate = env.TENANT_GATE.getByName(newId("tenant"));
    await gate.setLimits({ tokens: 130_000, micros: null, period: "month" });
    const ask = (n: number, spent: number, want = 100) =>
      gate.lease({
        conversationId: conversation(n),
        agentId: "a",
        spent: { tokens: spent, micros: 0 },
        want: { tokens: want, micros: 0 },
      });
    expect(await ask(1, 0)).toMatchObject({ tokens: 8000, scarce: false });
    expect(await ask(2, 0, 125_000)).toMatchObject({ tokens: 122_000, scarce: true });
    expect((await ask(3, 0)).tokens).toBe(0);
    const report = {
      conversationId: conversation(1),
      spent: { tokens: 500, micros: 0 },
      spentBefore: { tokens: 0, micros: 0 },
    };
    await gate.settle([report, report]);
    await gate.settle([report]);
    expect((await gate.state()).used.tokens).toBe(500);
    // Little is left for others: what the next call needs, and not a block that nobody else could have.
    expect((await ask(1, 700)).tokens).toBe(100);
    expect((await gate.state()).used.tokens).toBe(700);
    await gate.giveBack({ conversationId: conversation(2), spent: { tokens: 1000, micros: 0 } });
    expect(await gate.state()).toMatchObject({ used: { tokens: 1700 }, reserved: { tokens: 100 } });
    expect((await ask(3, 0, 200_000)).tokens).toBe(130_000 - 1700 - 100);
  });

  it("never lets concurrent conversations hold more than the limit together", async () => {
    const gate = env.TENANT_GATE.getByName(newId("tenant"));
    await gate.setLimits({ tokens: 50_000, micros: null, period: "day" });
    const leases = await Promise.all(
      Array.from({ length: 40 }, (_, n) =>
        gate.lease({
          conversationId: conversation(n),
          agentId: "a",
          spent: { tokens: 0, micros: 0 },
          want: { tokens: 4000, micros: 0 },
        }),
      ),
    );
    expect(leases.reduce((sum, lease) => sum + (lease.tokens ?? 0), 0)).toBe(50_000);
  });

  it("gives one conversation after the other its turn from a budget that one block would have taken whole", async () => {
    const world = await World.start();
    await world.gate.setLimits({ tokens: 6000, micros: null, period: "month" });
    for (let n = 1; n <= 3; n++) {
      const next = new World({ ...world.ids, thread: `thread-${n}` });
      await next.say("m1", "What does the blue bike cost?");
      const rows = await next.rest();
      expect(rows.find((row) => row.kind === "turn")?.body.outcome).toBe("answered");
    }
    await vi.waitFor(async () => expect((await world.gate.state()).reserved.tokens).toBe(0));
  });

  it("ends a turn with the defined words when the budget does not cover the call, and makes no call", async () => {
    const world = await World.start();
    await world.gate.setLimits({ tokens: 100, micros: null, period: "month" });
    await world.say("m1", "What does the blue bike cost?");
    const rows = await world.rest();
    expect(world.modelCalls).toEqual([]);
    expect(world.callbacks).toHaveLength(1);
    expect(rows.find((row) => row.kind === "turn")?.body.outcome).toBe("budget_exhausted");
  });

  it("holds messages while the tenant is paused and answers them when it is active again", async () => {
    const world = await World.start();
    await world.say("m0", "Is this the bike shop?");
    await world.rest();
    await world.gate.setStatus({ status: "paused" });
    await world.say("m1", "Are you open today?");
    await world.say("m2", "And what about tomorrow?");
    expect((await world.rows()).filter((row) => row.state === "new")).toHaveLength(2);
    expect(world.modelCalls).toHaveLength(1);
    await world.gate.setStatus({ status: "active" });
    await world.rest();
    expect(world.callbacks.at(-1)?.inReplyTo).toEqual(["m1", "m2"]);
  });

  it("is silent, or says what was agreed, while the tenant is suspended", async () => {
    const world = await World.start();
    await world.gate.setStatus({ status: "suspended" });
    await world.say("m1", "Are you open today?");
    const rows = await world.rest();
    expect(rows.find((row) => row.kind === "turn")?.body.outcome).toBe("suspended");
    expect(world.callbacks).toEqual([]);
  });

  it("moves the release pointer at once, also for conversations that hold a lease", async () => {
    const world = await World.start();
    await world.say("m1", "Is this the bike shop?");
    await world.rest();
    const before = world.release;
    await world.publish({ instructions: "Second edition." });
    await world.say("m2", "Is this still the bike shop?");
    await world.rest();
    expect(JSON.stringify(world.modelCalls[1]?.messages[0])).toContain("Second edition.");
    await world.gate.publish({ agentId: world.agentId, releaseId: before?.id ?? "" });
    await world.say("m3", "And is it the bike shop now?");
    await world.rest();
    expect(JSON.stringify(world.modelCalls[2]?.messages[0])).not.toContain("Second edition.");
  });
});

describe("a canary", () => {
  const news = (version: number, releaseId: string, percent: number) => ({ agentId: "a", version, releaseId, percent });
  const leased = async (gate: DurableObjectStub<TenantGate>, n: number): Promise<string | null> => {
    const nothing = { tokens: 0, micros: 0 };
    const conversationId = conversation(n);
    const { releaseId } = await gate.lease({ conversationId, agentId: "a", spent: nothing, want: nothing });
    await gate.giveBack({ conversationId, spent: nothing });
    return releaseId;
  };

  it("is what its share of the conversations is granted, and they keep it while it grows", async () => {
    const gate = env.TENANT_GATE.getByName(newId("tenant"));
    await gate.publish({ agentId: "a", releaseId: "base" });
    const sides = () => Promise.all(Array.from({ length: 200 }, (_, n) => leased(gate, n)));
    await gate.setCanary(news(1, "new", 20));
    const first = await sides();
    const share = first.filter((release) => release === "new").length;
    expect(share).toBeGreaterThan(20);
    expect(share).toBeLessThan(60);
    await gate.setCanary(news(2, "new", 60));
    const second = await sides();
    expect(second.filter((release) => release === "new").length).toBeGreaterThan(share);
    expect(first.every((release, n) => release === "base" || second[n] === "new")).toBe(true);
    await gate.setCanary(news(3, "new", 0));
    expect(new Set(await sides())).toEqual(new Set(["base"]));
  });

  it("is brought back by nobody who comes late, and promoted once", async () => {
    const gate = env.TENANT_GATE.getByName(newId("tenant"));
    await gate.publish({ agentId: "a", releaseId: "base" });
    await gate.setCanary(news(2, "new", 0));
    await gate.setCanary(news(1, "new", 100));
    expect(await leased(gate, 1)).toBe("base");
    await gate.setCanary(news(3, "new", 100));
    await gate.publish({ agentId: "a", releaseId: "newer" });
    await gate.setCanary(news(3, "new", 100));
    expect(await leased(gate, 1)).toBe("newer");
    expect(await gate.setCanary({ ...news(4, "next", 0), promote: true })).toMatchObject({ releaseId: "next" });
    await gate.publish({ agentId: "a", releaseId: "last" });
    expect(await gate.setCanary({ ...news(4, "next", 0), promote: true })).toMatchObject({ releaseId: "last" });
    expect(await leased(gate, 1)).toBe("last");
  });

  it("reaches a conversation that holds a lease at its next turn, and the turn names it", async () => {
    const world = await World.start();
    await world.say("m1", "Is this the bike shop?");
    await world.rest();
    const base = world.release;
    const next = await world.publish({ instructions: "Second edition." });
    await world.gate.publish({ agentId: world.agentId, releaseId: base?.id ?? "" });
    await world.gate.setCanary({ ...news(1, next, 100), agentId: world.agentId });
    await world.say("m2", "Is this still the bike shop?");
    await world.rest();
    expect(JSON.stringify(world.modelCalls[1]?.messages[0])).toContain("Second edition.");
    await world.gate.setCanary({ ...news(2, next, 0), agentId: world.agentId });
    await world.say("m3", "And is it the bike shop now?");
    const rows = await world.rest();
    expect(JSON.stringify(world.modelCalls[2]?.messages[0])).not.toContain("Second edition.");
    const turns = rows.flatMap((row) => (row.kind === "turn" ? [row.body.releaseId] : []));
    expect(turns).toEqual([base?.id, next, base?.id]);
  });

  it("waits until a conversation that is being answered has come to rest", async () => {
    const world = await World.start();
    const begun = world.release?.id;
    let answer = (): void => undefined;
    const held = new Promise<void>((resolve) => (answer = resolve));
    world.respond = async (_request, call) => {
      if (call === 0) await held;
      return { text: `answer ${call}` };
    };
    await world.say("q0", "Is this the bike shop?");
    await vi.waitFor(() => expect(world.modelCalls).toHaveLength(1), { timeout: 10_000 });
    const next = await world.publish({ instructions: "Second edition." });
    // More than one turn takes in: the rest waits for a turn of its own, which begins before the conversation has rested.
    const many = Array.from({ length: MAX_MESSAGES }, (_, n) => ({
      kind: "message" as const,
      externalId: `q${n + 1}`,
      at: Date.now(),
      text: `And what about question number ${n + 1}?`,
    }));
    await world.stub.accept(world.arrival(...many));
    answer();
    const rows = await world.rest();
    const releases = rows.flatMap((row) => (row.kind === "turn" ? [row.body.releaseId] : []));
    expect(releases.length).toBeGreaterThan(1);
    expect(new Set(releases)).toEqual(new Set([begun]));
    await world.say("last", "Is this still the bike shop?");
    const after = (await world.rest()).flatMap((row) => (row.kind === "turn" ? [row.body.releaseId] : []));
    expect(after.at(-1)).toBe(next);
  });
});
