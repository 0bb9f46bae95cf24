import { afterAll, beforeAll, describe, expect, test } from "vitest";

import { toolConfigs } from "@charla/testkit/fault/tool-configs";
import { about } from "@charla/testkit/integrator/events";
import { echo, say } from "@charla/testkit/model/behaviour";
import { pause, until, untilQuiet } from "@charla/testkit/poll";

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

const activity = (thread: Thread) => (): number => thread.calls().length + thread.callbacks().length;

describe("one delivery however often it comes", () => {
  test.each([1, 2, 10])("%i times at once: one turn, one reply", async (times) => {
    const thread = await system.thread();
    const event = thread.message(1);
    const id = `wh_once_${times}`;
    const answers = await Promise.all(Array.from({ length: times }, () => thread.send(event, { id })));
    expect(answers.map(({ status }) => status)).toEqual(Array(times).fill(200));
    expect(answers.reduce((sum, { body }) => sum + Number(JSON.parse(body).accepted), 0)).toBe(1);
    await thread.replyTo(1);
    await untilQuiet("the thread", activity(thread), 500);
    expect([thread.calls().length, thread.callbacks().length]).toEqual([1, 1]);
  });

  test.each([1, 2, 10])("late, after the reply, %i times under another webhook id: nothing happens", async (times) => {
    const thread = await system.thread();
    const event = thread.message(1);
    await thread.send(event);
    await thread.replyTo(1);
    for (let i = 0; i < times; i++)
      expect(JSON.parse((await thread.send(event)).body)).toMatchObject({ accepted: 0, duplicates: 1 });
    await untilQuiet("the thread", activity(thread), 500);
    expect([thread.calls().length, thread.callbacks().length]).toEqual([1, 1]);
  });

  test("late, when the object has left memory: still known", async () => {
    const thread = await system.thread();
    const event = thread.message(1);
    await thread.send(event);
    await thread.replyTo(1);
    await system.charla.evict(await thread.conversationId());
    expect(JSON.parse((await thread.send(event)).body)).toMatchObject({ accepted: 0, duplicates: 1 });
    await thread.say(2);
    expect((await thread.replyTo(2)).payload.text).toContain("(seen 2)");
    expect(thread.replies()).toHaveLength(2);
  });

  test("a thousand events of a hundred threads, each delivered twice in shuffled batches", async () => {
    const thread = await system.thread();
    const threads = Array.from({ length: 100 }, () => thread.sibling());
    const events = threads.flatMap((one) => Array.from({ length: 10 }, (_, n) => one.message(n + 1)));
    const answers = await Promise.all([
      thread.send(events, { timeoutMs: 30_000 }),
      thread.send(events.toReversed(), { timeoutMs: 30_000 }),
    ]);
    expect(answers.map(({ status }) => status)).toEqual([200, 200]);
    for (const one of threads) await one.replyTo(10, 60_000);
    const named = threads.flatMap((one) => one.replies().flatMap(({ payload }) => payload.inReplyTo));
    expect(named.toSorted()).toEqual(events.map(({ id }) => id).toSorted());
  });
});

describe("bursts", () => {
  test("five messages within two seconds get one reply that has seen all five", async () => {
    // A wait that a stalled machine does not use up between two pieces; what the wait is by itself, burst.test.ts says.
    const thread = await system.thread(echo({ delayMs: 300 }), { burst: { fragmentMs: 3_000 } });
    const pieces = ["hola", "una cosa", "es sobre", "mi pedido", "¿cuándo llega?"];
    for (const [index, text] of pieces.entries()) {
      await thread.say(index + 1, text);
      await pause(350);
    }
    const reply = await thread.replyTo(5);
    await untilQuiet("the thread", activity(thread), 1_500);
    expect(thread.replies()).toHaveLength(1);
    expect(reply.payload.inReplyTo).toEqual([1, 2, 3, 4, 5].map((n) => thread.id(n)));
    expect(reply.payload.text).toContain("(seen 5)");
  });

  test("a single complete question does not wait for more", async () => {
    const thread = await system.thread();
    await thread.say(1);
    await thread.replyTo(1);
    // Beside a tapped button, which is never held back, and the best of each, because the machine may be busy or slow.
    const waits = { question: [] as number[], button: [] as number[] };
    for (let n = 2; n <= 25; n++) {
      const kind = n % 2 === 0 ? "question" : "button";
      const before = Date.now();
      await thread.say(n, undefined, kind === "button" ? { action: { id: "yes", title: "Sí" } } : {});
      await thread.replyTo(n);
      waits[kind].push((thread.calls().at(-1)?.at ?? Infinity) - before);
    }
    expect(Math.min(...waits.question), JSON.stringify(waits)).toBeLessThanOrEqual(Math.min(...waits.button) + 50);
  });

  test("ten pictures of an album sent at once are one turn", async () => {
    const thread = await system.thread();
    const album = Array.from({ length: 10 }, (_, n) =>
      thread.message(n + 1, "", { attachments: [{ type: "image", url: `https://example.com/${n}.jpg` }] }),
    );
    await Promise.all(album.map((event) => thread.send(event)));
    const reply = await thread.replyTo(10);
    await untilQuiet("the thread", activity(thread), 1_500);
    expect(thread.replies()).toHaveLength(1);
    expect(reply.payload.inReplyTo).toHaveLength(10);
  });
});

describe("a message during generation", () => {
  test("makes the answer in progress worthless, and the reply has seen both", async () => {
    const thread = await system.thread((call) =>
      say(`re: ${call.unanswered().join(" ")}`, { delayMs: call.userMarks().length === 1 ? 40_000 : 0 }),
    );
    await thread.say(1);
    await until("the model is thinking", () => thread.calls().length === 1);
    await thread.say(2);
    const reply = await thread.replyTo(2, 20_000);
    expect(reply.payload.inReplyTo).toEqual([thread.id(1), thread.id(2)]);
    await untilQuiet("the thread", activity(thread), 500);
    expect(thread.replies()).toHaveLength(1);
  });

  test("does not repeat a tool that has finished", async () => {
    const script = toolOnce("book", "supersede-1");
    const thread = await system.thread(script, { tools: toolConfigs(system.tools.url) });
    await thread.say(1);
    await until("the tool has run and the model thinks about it", () => thread.calls().length === 2);
    await thread.say(2);
    const reply = await thread.replyTo(2, 10_000);
    expect(reply.payload.inReplyTo).toEqual([thread.id(1), thread.id(2)]);
    expect(system.tools.effectsOf("supersede-1")).toHaveLength(1);
    expect(
      thread
        .calls()
        .at(-1)
        ?.messages.some((message) => message.role === "tool" && message.text.includes("supersede-1")),
    ).toBe(true);
  });

  test("that never stop arriving still get an answer", async () => {
    const thread = await system.thread((call) => say(`re: ${call.unanswered().join(" ")}`, { delayMs: 400 }));
    for (let n = 1; n <= 12; n++) {
      await thread.say(n);
      await pause(200);
    }
    await thread.replyTo(12);
    await untilQuiet("the thread", activity(thread), 1_500);
    const named = thread.replies().flatMap(({ payload }) => payload.inReplyTo);
    expect(named).toEqual(Array.from({ length: 12 }, (_, index) => thread.id(index + 1)));
  });
});

function toolOnce(name: string, ref: string): Parameters<System["thread"]>[0] {
  return (call) => {
    if (call.callsInHistory().length === 0) return { calls: [{ name, args: { ref } }] };
    return say(`re: ${call.unanswered().join(" ")}`, { delayMs: call.userMarks().length === 1 ? 40_000 : 0 });
  };
}

describe("edits and deletions", () => {
  test("before the answer: the model reads the text as it is now", async () => {
    const thread = await system.thread(undefined, { burst: { fragmentMs: 1_500 } });
    await thread.say(1, "quiero una mesa");
    await thread.send(about("edit", thread.name, thread.id(1), { text: "quiero dos mesas" }));
    await thread.replyTo(1);
    const prompt =
      thread
        .calls()
        .at(-1)
        ?.messages.map((one) => one.text)
        .join("\n") ?? "";
    expect(prompt).toContain("dos mesas");
    expect(prompt).not.toContain("una mesa");
  });

  test("an edit that overtakes its message is kept and applied", async () => {
    const thread = await system.thread();
    const event = thread.message(1, "¿una mesa?");
    expect((await thread.send(about("edit", thread.name, event.id, { text: "¿dos mesas?" }))).status).toBe(200);
    await thread.send(event);
    await thread.replyTo(1);
    expect(thread.replies()).toHaveLength(1);
    expect(system.model.callsOf(thread.model).at(-1)?.messages.at(-1)?.text).toContain("dos mesas");
  });

  test("a deleted message is not answered for its content", async () => {
    const thread = await system.thread(undefined, { burst: { fragmentMs: 800 } });
    await thread.say(1, "mi clave secreta");
    await thread.send(about("delete", thread.name, thread.id(1)));
    await thread.say(2, "¿me ayudas?");
    await thread.replyTo(2);
    expect(
      thread
        .calls()
        .flatMap((call) => call.messages.map((one) => one.text))
        .join("\n"),
    ).not.toContain("clave secreta");
  });
});
