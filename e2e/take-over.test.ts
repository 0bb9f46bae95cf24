import fc from "fast-check";
import { afterAll, beforeAll, expect, test } from "vitest";

import { say } from "@charla/testkit/model/behaviour";
import { pause, until, untilQuiet } from "@charla/testkit/poll";

import { System } from "./system.ts";
import type { Thread } from "./thread.ts";

const THREADS = 20;
const ROUNDS = 10;

let system: System;
beforeAll(async () => {
  system = await System.start();
});
afterAll(async () => {
  expect(system.problems()).toEqual([]);
  await system.stop();
});

/** How long the model thinks, how long the receiver takes, and when the person steps in, counted from the message. */
const interleaving = fc.record({
  thinks: fc.integer({ min: 0, max: 80 }),
  takes: fc.integer({ min: 0, max: 60 }),
  stepsIn: fc.integer({ min: 0, max: 200 }),
  speaks: fc.boolean(),
});
type Interleaving = typeof interleaving extends fc.Arbitrary<infer T> ? T : never;

async function round(
  thread: Thread,
  n: number,
  plan: Interleaving,
  plans: Map<string, Interleaving>,
): Promise<string[]> {
  plans.set(thread.name, plan);
  await thread.say(n);
  await pause(plan.stepsIn);
  if (plan.speaks) await thread.answerAsPerson(`persona ${n}`);
  else await thread.act("take-over");
  const takenOver = Date.now();
  await untilQuiet("the thread", () => thread.callbacks().length, 300);
  const late = thread.callbacks().filter(({ at, payload }) => at > takenOver && payload.author !== "human");
  const problems = late.map(({ payload }) => `${JSON.stringify(plan)}: ${payload.text} after the take-over`);
  await thread.act("hand-back");
  // A person who spoke has answered; otherwise the agent takes up what is still open.
  if (!plan.speaks) await thread.replyTo(n);
  return problems;
}

test("after a take-over nothing automatic leaves, in two hundred interleavings", async () => {
  const plans = new Map<string, Interleaving>();
  const first = await system.thread((call) =>
    say(`re: ${call.unanswered().join(" ")}`, { delayMs: plans.get(call.conversation() ?? "")?.thinks ?? 0 }),
  );
  system.integrator.receive(first.account.account, ({ payload }) => ({
    delayMs: plans.get(payload.conversation)?.takes ?? 0,
  }));
  const threads = [first, ...Array.from({ length: THREADS - 1 }, () => first.sibling())];
  const drawn = fc.sample(interleaving, { numRuns: THREADS * ROUNDS, seed: 20_261_121 });
  const problems = await Promise.all(
    threads.map(async (thread, index) => {
      const found: string[] = [];
      await thread.say(1);
      await thread.replyTo(1);
      for (let n = 0; n < ROUNDS; n++) {
        const plan = drawn[index * ROUNDS + n];
        if (plan !== undefined) found.push(...(await round(thread, n + 2, plan, plans)));
      }
      return found;
    }),
  );
  expect(problems.flat()).toEqual([]);
  for (const thread of threads) {
    const named = thread.replies().flatMap(({ payload }) => payload.inReplyTo);
    expect(new Set(named).size).toBe(named.length);
  }
}, 120_000);

test("a pause ends by itself and what came meanwhile is answered then", async () => {
  const thread = await system.thread();
  await thread.say(1);
  await thread.replyTo(1);
  const end = Date.now() + 2_500;
  await thread.act("pause", { until: new Date(end).toISOString() });
  await thread.say(2);
  const { at } = await thread.replyTo(2);
  expect(at).toBeGreaterThanOrEqual(end);
});

test("a person who answers from the telephone holds the conversation", async () => {
  const thread = await system.thread((call) => say(`re: ${call.unanswered().join(" ")}`, { delayMs: 700 }));
  await thread.say(1);
  await until("the model thinks", () => thread.calls().length === 1);
  await thread.echoFromPhone("yo me encargo");
  await untilQuiet("the thread", () => thread.callbacks().length, 1_000);
  expect(thread.callbacks()).toEqual([]);
});
