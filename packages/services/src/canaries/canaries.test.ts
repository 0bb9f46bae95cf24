import { steps } from "@charla/db/tenant/steps";
import { turns } from "@charla/db/tenant/turns";
import type { TurnOutcome, TurnState } from "@charla/domain/log";
import { AgentSettings } from "@charla/domain/release";
import { afterAll, beforeAll, beforeEach, describe, expect, it, vi } from "vitest";
import { type TestPlatform, type TestPlatforms, startPlatforms } from "../../test/platform.ts";
import { createAgent } from "../agents/create.ts";
import { getAgent } from "../agents/get.ts";
import type { Ctx } from "../context.ts";
import { CANARY_ROLLBACKS } from "../metrics/counters.ts";
import { readMetrics } from "../metrics/read.ts";
import type { NoticeMail, Postman } from "../notices/send.ts";
import { setNotices } from "../notices/settings.ts";
import { publishRelease } from "../releases/publish.ts";
import { rollbackRelease } from "../releases/rollback.ts";
import { changeCanary } from "./change.ts";
import { promoteCanary, stopCanary } from "./end.ts";
import { getCanary } from "./get.ts";
import { listCanaries } from "./list.ts";
import { markedTenants, unmark } from "./marks.ts";
import { tellRolledBack } from "./tell.ts";
import { watchCanaries } from "./watch.ts";

// Workers' storage starts in seconds and more on a busy machine.
vi.setConfig({ testTimeout: 60_000, hookTimeout: 60_000 });

const TESTS = 8;
const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const NOW = Date.UTC(2026, 10, 18, 12);

let platforms: TestPlatforms;
let test: TestPlatform;
let ctx: Ctx;
let agentId: string;
let base: string;
let fresh: string;
let now: number;
let mails: NoticeMail[];
let postman: Postman;

beforeAll(async () => {
  platforms = await startPlatforms(...Array.from({ length: TESTS }, () => 1));
});
beforeEach(async () => {
  test = await platforms.next();
  now = NOW;
  ctx = { ...(await test.tenant("tienda")), now: () => now };
  mails = [];
  postman = { from: "charla@example.com", send: async (mail) => mails.push(mail), failed: () => undefined };
  await setNotices(ctx, {
    recipients: [{ address: "ana@example.com" }, { address: "bob@example.com", language: "en" }],
  });
  const settings = AgentSettings.parse({ name: "Ana", model: { provider: "workers-ai", model: "m" } });
  ({ id: agentId } = await createAgent(ctx, { settings }));
  ({ id: base } = await publishRelease(ctx, { agentId }, () => []));
});
afterAll(() => platforms.stop());

const limits = { automatic: true, minTurns: 20, errorMargin: 0.05, handoverMargin: 0.1 };
async function begin(percent = 20): Promise<void> {
  ({ id: fresh } = await publishRelease(ctx, { agentId, canary: { percent, limits } }, () => []));
}

let seq = 0;
/** Turns as the projection has them. */
async function ran(releaseId: string, count: number, state: TurnState, outcome: TurnOutcome, at = NOW + MINUTE) {
  const numbers = {
    epoch: 0,
    resumes: 0,
    supersedes: 0,
    inputTokens: 0,
    outputTokens: 0,
    cachedTokens: 0,
    costMicros: 0,
  };
  for (let n = 0; n < count; n++) {
    seq += 1;
    const ids = { conversationId: `cnv_${seq}`, seq, id: `trn_${seq}`, trackingId: "trk" };
    await ctx.db.orm
      .insert(turns)
      .values({ ...ids, ...numbers, state, outcome, agentId, releaseId, openedAt: at, version: 1 });
  }
}
const answered = (releaseId: string, count: number, at?: number) => ran(releaseId, count, "done", "answered", at);
const failed = (releaseId: string, count: number, at?: number) => ran(releaseId, count, "failed", "apologised", at);

/** The minute's work as cron does it. */
async function look(at: number) {
  now = at;
  const watched = await watchCanaries(ctx, at);
  await tellRolledBack(ctx, postman, at);
  return { rolledBack: watched.rolledBack.map(({ signal }) => signal), open: watched.open };
}
const toGate = () => test.gateCalls.filter(({ method }) => method === "setCanary").map(({ args }) => args);
const states = async () => (await listCanaries(ctx, { agentId, limit: 10 })).data.map(({ state }) => state);

describe("a canary that fails more than its base", () => {
  it("is rolled back once, with its numbers, a metric and one mail in each language", async () => {
    await begin();
    await answered(base, 40);
    await answered(fresh, 12);
    await failed(fresh, 7);
    expect(await look(NOW + 2 * MINUTE)).toEqual({ rolledBack: [], open: true });
    await failed(fresh, 3);
    const all = await Promise.all([1, 2, 3, 4].map(() => look(NOW + 3 * MINUTE)));
    expect(all.flatMap(({ rolledBack }) => rolledBack)).toEqual(["errors"]);
    expect(toGate().at(-1)).toEqual({ agentId, version: 2, releaseId: fresh, percent: 0 });
    expect((await getAgent(ctx, agentId)).releaseId).toBe(base);
    expect((await listCanaries(ctx, { agentId, limit: 1 })).data[0]).toMatchObject({
      state: "rolled_back",
      signal: "errors",
      facts: { canary: { turns: 22, errors: 10, handovers: 0 }, base: { turns: 40, errors: 0, handovers: 0 } },
    });
    expect(mails.map(({ to, subject }) => [to, subject])).toEqual([
      ["ana@example.com", "[tienda] La versión 2 de «Ana» se ha retirado sola"],
      ["bob@example.com", "[tienda] Release 2 of “Ana” was rolled back by itself"],
    ]);
    expect(mails[1]?.text).toContain("the new release (20 % of the conversations): 22 turns, 10 failed");
    const metric = (await readMetrics(ctx.control)).find(({ name }) => name === CANARY_ROLLBACKS);
    expect(metric).toMatchObject({ labels: 'signal="errors"', value: 1 });
    expect(await look(NOW + 20 * MINUTE)).toEqual({ rolledBack: [], open: false });
    expect(mails).toHaveLength(2);
  });

  it("is compared over the same time only, by what a release has a part in", async () => {
    await failed(base, 30, NOW - 2 * HOUR);
    await begin();
    await answered(base, 40);
    await answered(fresh, 15);
    await ran(fresh, 30, "done", "budget_exhausted");
    await ran(fresh, 30, "done", "silent");
    await ran(fresh, 10, "handed", "taken_over");
    expect(await getCanary(ctx, agentId)).toMatchObject({
      facts: { canary: { turns: 25, errors: 0, handovers: 10 }, base: { turns: 40, errors: 0 } },
    });
    expect(await look(NOW + 2 * MINUTE)).toEqual({ rolledBack: ["handovers"], open: true });
  });
});

describe("a canary that asks for a person more often", () => {
  it("is rolled back, also where its answers were given", async () => {
    await begin();
    await answered(base, 40);
    await answered(fresh, 10);
    const before = seq;
    await answered(fresh, 15);
    const numbers = {
      inputTokens: 0,
      outputTokens: 0,
      cachedTokens: 0,
      costMicros: 0,
      at: NOW,
      sealedBody: "",
      version: 1,
    };
    for (let turn = before + 1; turn <= seq; turn++) {
      const call = { conversationId: `cnv_${turn}`, seq: turn + 2, turn, n: 1, attempt: 1, state: "done" } as const;
      await ctx.db.orm.insert(steps).values({ ...call, ...numbers, type: "tool", name: "hand_over" });
    }
    expect(await getCanary(ctx, agentId)).toMatchObject({
      facts: { canary: { turns: 25, handovers: 15 }, base: { turns: 40, handovers: 0 } },
    });
    expect((await look(NOW + 2 * MINUTE)).rolledBack).toEqual(["handovers"]);
  });
});

describe("a canary that nothing is wrong with", () => {
  it("goes on, and its tenant is not looked at any more once it has ended", async () => {
    const marked = () => markedTenants(ctx.control);
    expect(await marked()).not.toContain(ctx.tenantId);
    await begin();
    await answered(base, 40);
    await answered(fresh, 40);
    expect(await look(NOW + HOUR)).toEqual({ rolledBack: [], open: true });
    await changeCanary(ctx, agentId, { percent: 50 });
    await promoteCanary(ctx, agentId);
    expect((await getAgent(ctx, agentId)).releaseId).toBe(fresh);
    expect(await look(NOW + 2 * HOUR)).toEqual({ rolledBack: [], open: false });
    await unmark(ctx.control, ctx.tenantId, NOW + MINUTE);
    expect(await marked()).toContain(ctx.tenantId);
    await unmark(ctx.control, ctx.tenantId, NOW + 2 * HOUR);
    expect(await marked()).not.toContain(ctx.tenantId);
    expect(mails).toEqual([]);
  });
});

describe("a process that dies between the row and the gate", () => {
  const dead = (): Ctx => ({ ...ctx, gate: { ...ctx.gate, setCanary: () => Promise.reject(new Error("killed")) } });

  it("leaves a beginning, a stop and a promotion to cron", async () => {
    const broken = publishRelease(dead(), { agentId, canary: { percent: 20, limits } }, () => []);
    await expect(broken).rejects.toThrow("killed");
    expect(toGate()).toEqual([]);
    await look(NOW + MINUTE);
    expect(toGate()).toMatchObject([{ version: 1, percent: 20 }]);
    await expect(stopCanary(dead(), agentId)).rejects.toThrow("killed");
    await look(NOW + 2 * MINUTE);
    expect(toGate().at(-1)).toMatchObject({ version: 2, percent: 0 });
    await begin();
    await expect(promoteCanary(dead(), agentId)).rejects.toThrow("killed");
    expect((await getAgent(ctx, agentId)).releaseId).toBe(base);
    await look(NOW + 3 * MINUTE);
    expect(toGate().at(-1)).toEqual({ agentId, version: 4, releaseId: fresh, percent: 0, promote: true });
    expect((await getAgent(ctx, agentId)).releaseId).toBe(fresh);
    const calls = toGate().length;
    expect(await look(NOW + 4 * MINUTE)).toEqual({ rolledBack: [], open: false });
    expect(toGate()).toHaveLength(calls);
  });

  it("never lets an old promotion overtake what was published after it", async () => {
    await begin();
    await expect(promoteCanary(dead(), agentId)).rejects.toThrow("killed");
    await rollbackRelease(ctx, { agentId, releaseId: base });
    const order = test.gateCalls.map(({ method }) => method);
    expect(order.slice(-2)).toEqual(["setCanary", "publish"]);
    expect(await look(NOW + MINUTE)).toEqual({ rolledBack: [], open: false });
    expect((await getAgent(ctx, agentId)).releaseId).toBe(base);
  });

  it("in the middle of a roll-back leaves the gate, then the mail, to the next minute", async () => {
    await begin();
    await answered(base, 40);
    await failed(fresh, 30);
    await expect(watchCanaries(dead(), NOW + MINUTE)).rejects.toThrow("killed");
    expect(await states()).toEqual(["rolled_back"]);
    const broken = { ...postman, send: () => Promise.reject(new Error("no mail")) };
    await watchCanaries(ctx, NOW + 2 * MINUTE);
    expect(toGate().at(-1)).toMatchObject({ version: 2, percent: 0 });
    expect(await tellRolledBack(ctx, broken, NOW + 2 * MINUTE)).toBe(0);
    expect(await tellRolledBack(ctx, postman, NOW + 3 * MINUTE)).toBe(0);
    expect(await tellRolledBack(ctx, postman, NOW + 13 * MINUTE)).toBe(2);
  });
});

describe("who ends a canary", () => {
  it("is one of all who try", async () => {
    await begin();
    await answered(base, 40);
    await failed(fresh, 30);
    const ends = await Promise.allSettled([
      promoteCanary(ctx, agentId),
      stopCanary(ctx, agentId),
      watchCanaries(ctx, NOW + MINUTE).then(({ rolledBack }) => {
        if (rolledBack.length === 0) throw new Error("not by cron");
      }),
    ]);
    expect(ends.filter(({ status }) => status === "fulfilled")).toHaveLength(1);
    expect(await states()).toHaveLength(1);
  });
});
