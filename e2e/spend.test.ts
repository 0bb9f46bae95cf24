import { afterAll, beforeAll, describe, expect, test } from "vitest";

import { textAt } from "@charla/testkit/charla/api";
import { furnishAgent, furnishHttpChannel, furnishTenant } from "@charla/testkit/charla/furnish";
import { callTools, type Script } from "@charla/testkit/model/behaviour";
import { until } from "@charla/testkit/poll";

import { System } from "./system.ts";
import { Thread } from "./thread.ts";

const CONVERSATIONS = 24;
const USED_UP = "Se acabó lo que hay para hoy.";
/** Dollars per million tokens, which are millionths of a dollar per token. */
const PRICE = 50;

let system: System;
let serial = 0;
beforeAll(async () => {
  system = await System.start();
});
afterAll(async () => {
  expect(system.problems()).toEqual([]);
  await system.stop();
});

type Budget = { tokens: number | null; micros: number | null; period: "day" | "month" };
type Spender = { id: string; model: string; threads: Thread[]; limit: (budget: Budget) => Promise<void> };

/** Never content: a new calculation every time, so that only the budget can end it. */
const insatiable =
  (tokensPerCall: number): Script =>
  (call) => ({
    ...callTools({ name: "calculate", args: { expression: `${call.messages.length}+${++serial}` } }),
    usage: { prompt_tokens: 10, completion_tokens: tokensPerCall - 10, total_tokens: tokensPerCall },
  });

async function spender(script: Script, budget: Budget): Promise<Spender> {
  const platform = system.charla.platform();
  const tenant = await furnishTenant(platform, `spender-${++serial}`);
  const limit = async (limits: Budget): Promise<void> => {
    const { status } = await platform.request("PUT", `/v1/tenants/${tenant.id}/limits`, limits);
    if (status !== 200) throw new Error(`limits were answered ${status}`);
  };
  await limit(budget);
  const provider = textAt(
    await tenant.api.post("/v1/providers", {
      name: "priced",
      baseUrl: system.model.baseUrl,
      apiKey: "sk-test-0123456789",
      prices: { "*": { input: PRICE, output: PRICE } },
    }),
    "id",
  );
  const model = `insatiable-${serial}`;
  system.model.script(model, script);
  const agentId = await furnishAgent(tenant, {
    model: { provider, model },
    tools: [{ name: "calculate", kind: "calculator" }],
    texts: { budget: USED_UP },
    // So that no turn ends for want of steps.
    limits: { maxSteps: 50 },
  });
  const account = await furnishHttpChannel(tenant, system.charla.url, agentId, system.integrator);
  const outside = { model: system.model, integrator: system.integrator, url: system.charla.url };
  const threads = Array.from({ length: CONVERSATIONS }, () => new Thread(outside, account, model));
  return { id: tenant.id, model, threads, limit };
}

/** Everybody writes at the same moment; ends when everybody has an answer. */
async function everybodyWrites({ threads }: Spender): Promise<string[]> {
  await Promise.all(threads.map((thread) => thread.say(1)));
  const replies = await Promise.all(threads.map((thread) => thread.replyTo(1, 60_000)));
  return replies.map(({ payload }) => payload.text);
}

const callsOf = ({ model }: Spender): number => system.model.callsOf(model).length;

describe(`${CONVERSATIONS} conversations spend at once what does not suffice for them`, () => {
  // Less than what a call of this agent reserves, as it is with every provider that counts truthfully.
  const PER_CALL = 500;

  test.each([
    ["tokens", { tokens: 40_000, micros: null, period: "day" } as const, 40_000 / PER_CALL],
    ["money", { tokens: null, micros: 2_000_000, period: "month" } as const, 2_000_000 / PRICE / PER_CALL],
  ])("of %s: not one call more than it pays for, and everybody is told so", async (_, budget, affordable) => {
    const other = await system.thread();
    const spending = await spender(insatiable(PER_CALL), budget);
    const [replies] = await Promise.all([everybodyWrites(spending), other.say(1), other.replyTo(1)]);
    expect(new Set(replies)).toEqual(new Set([USED_UP]));
    expect(callsOf(spending)).toBeGreaterThan(affordable / 2);
    expect(callsOf(spending)).toBeLessThanOrEqual(affordable);
  });

  test("reported by a provider only afterwards: one call too many per turn at most, and none after that", async () => {
    const reported = 30_000;
    const tokens = 40_000;
    const spending = await spender(insatiable(reported), { tokens, micros: null, period: "day" });
    const replies = await everybodyWrites(spending);
    expect(new Set(replies)).toEqual(new Set([USED_UP]));
    const calls = spending.threads.map((thread) => thread.calls().length);
    const called = calls.filter((count) => count > 0).length;
    expect(called).toBeGreaterThan(0);
    expect(callsOf(spending) * reported).toBeLessThanOrEqual(tokens + called * reported);
    expect(Math.max(...calls)).toBeLessThanOrEqual(Math.ceil(tokens / reported) + 1);

    const before = callsOf(spending);
    const [late] = spending.threads;
    await late?.say(2);
    expect((await late?.replyTo(2))?.payload.text).toBe(USED_UP);
    expect(callsOf(spending)).toBe(before);
  });

  test("and go on as soon as the budget is raised", async () => {
    const spending = await spender(insatiable(PER_CALL), { tokens: 1, micros: null, period: "day" });
    await everybodyWrites(spending);
    expect(callsOf(spending)).toBe(0);
    system.model.script(spending.model, () => ({ text: "ya puedo" }));
    await spending.limit({ tokens: 1_000_000, micros: null, period: "day" });
    const [first] = spending.threads;
    await first?.say(2);
    await until("it is answered by the model", () => callsOf(spending) > 0);
    expect((await first?.replyTo(2))?.payload.text).toBe("ya puedo");
  });
});
