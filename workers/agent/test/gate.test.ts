import { newId } from "@charla/domain/ids";
import { env } from "cloudflare:workers";
import { afterEach, describe, expect, it, vi } from "vitest";
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
