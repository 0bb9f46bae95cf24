import { afterAll, beforeAll, expect, test } from "vitest";

import { until, untilQuiet } from "@charla/testkit/poll";

import { System } from "./system.ts";
import type { Thread } from "./thread.ts";

let system: System;
beforeAll(async () => {
  system = await System.start();
});
afterAll(async () => {
  expect(system.problems()).toEqual([]);
  await system.stop();
});

const WAKES = 5;

/** Milliseconds until a message is acknowledged by a conversation that had left memory. */
async function acknowledgedAfterWake(thread: Thread, n: number): Promise<number> {
  await system.charla.evict(await thread.conversationId());
  const before = performance.now();
  await thread.say(n);
  const elapsed = performance.now() - before;
  await thread.replyTo(n);
  return elapsed;
}

test("twenty thousand messages in one conversation: every one is answered once, in order, and it wakes at once", async () => {
  const thread = await system.thread(undefined, { burst: { completeMs: 0, fragmentMs: 100 } });
  const total = 20_000;
  await thread.say(0);
  await thread.replyTo(0);
  // Lists are behind while the flood is projected, so its id is asked for before.
  await thread.conversationId();
  for (let from = 1; from <= total; from += 500) {
    const batch = Array.from({ length: 500 }, (_, index) => thread.message(from + index, "¿y esto?"));
    expect(JSON.parse((await thread.send(batch, { timeoutMs: 30_000 })).body)).toMatchObject({ accepted: 500 });
  }
  await thread.replyTo(total, 120_000);
  await untilQuiet("the thread", () => thread.callbacks().length, 1_000);
  // An answer longer than the channel takes is several messages, each of which names what the answer is to.
  const answers = new Map(thread.replies().map(({ payload }) => [payload.turn, payload.inReplyTo]));
  const named = [...answers.values()].flat();
  expect(named.map((id) => Number(id.split("-")[1]))).toEqual(Array.from({ length: total + 1 }, (_, index) => index));

  // At rest: everything is projected and confirmed, as it is when somebody writes again a day later.
  let newest = -1;
  let since = Date.now();
  const isProjected = async (): Promise<true | undefined> => {
    const seq = Number((await thread.messages())[0]?.["seq"]);
    if (seq !== newest) since = Date.now();
    newest = seq;
    return Date.now() - since > 8_000 ? true : undefined;
  };
  await until("the lists are up to date", isProjected, { deadlineMs: 120_000 });

  // Beside a short conversation in the same minutes, and the best of several, because the machine may be busy or slow.
  const short = thread.sibling();
  await short.say(0);
  await short.replyTo(0);
  const wakes = { long: [] as number[], short: [] as number[] };
  for (let n = 1; n <= WAKES; n++) {
    wakes.short.push(await acknowledgedAfterWake(short, n));
    wakes.long.push(await acknowledgedAfterWake(thread, total + n));
  }
  const [long, brief] = [Math.min(...wakes.long), Math.min(...wakes.short)];
  expect(long, JSON.stringify(wakes)).toBeLessThan(2 * brief + 25);
  const prompt = JSON.stringify(thread.calls().at(-1)?.messages);
  expect(prompt.length).toBeLessThan(100_000);
}, 240_000);
