import { afterAll, beforeAll, describe, expect, test } from "vitest";

import { status } from "@charla/testkit/integrator/events";
import type { Reception } from "@charla/testkit/integrator/server";
import { until, untilQuiet } from "@charla/testkit/poll";

import { System } from "../system.ts";
import type { Thread } from "../thread.ts";

let system: System;
beforeAll(async () => {
  system = await System.start();
});
afterAll(async () => {
  expect(system.problems()).toEqual([]);
  await system.stop();
});

/** The receptions in turn, the last for all that follow. */
function receive(thread: Thread, ...receptions: Reception[]): void {
  let next = 0;
  system.integrator.receive(thread.account.account, () => receptions[Math.min(next++, receptions.length - 1)] ?? {});
}

const quiet = (thread: Thread): Promise<void> => untilQuiet("the thread", () => thread.callbacks().length, 1_500);

async function stateOf(thread: Thread, n = 1): Promise<unknown> {
  const messages = await thread.messages();
  return messages.find((message) => message["id"] === thread.replies()[n - 1]?.webhookId)?.["state"];
}

const reaches = (thread: Thread, state: string, n = 1): Promise<true> =>
  until(`reply ${n} is ${state}`, async () => ((await stateOf(thread, n)) === state ? (true as const) : undefined));

describe("sends that fail", () => {
  test.each<[string, Reception[], number]>([
    ["23: 200 with an error in its body is what the status says: taken", [{ status: 200, body: '{"ok":false}' }], 1],
    ["24: 500 twice, then 200", [{ status: 500 }, { status: 503 }, {}], 3],
    ["24: 425, then 200", [{ status: 425 }, {}], 2],
    ["25: taken, then the connection breaks", [{ how: "cut" }, {}], 2],
  ])("%s: %o", async (_what, receptions, callbacks) => {
    const thread = await system.thread();
    receive(thread, ...receptions);
    await thread.say(1);
    await until(
      "the last callback is answered",
      () => thread.callbacks().length === callbacks && thread.callbacks().at(-1)?.outcome === 200,
    );
    await quiet(thread);
    expect(thread.callbacks().map(({ repeat }) => repeat)).toEqual(
      Array.from({ length: callbacks }, (_, index) => index),
    );
    expect(new Set(thread.callbacks().map(({ webhookId }) => webhookId)).size).toBe(1);
    await reaches(thread, "sent");
  });

  test("24: after 429 with Retry-After 2 nothing is sent for two seconds, and order is kept", async () => {
    const thread = await system.thread();
    receive(thread, { status: 429, headers: { "retry-after": "2" } }, {});
    await thread.say(1);
    await until("the first callback is here", () => thread.callbacks().length === 1);
    await thread.say(2);
    await thread.replyTo(2);
    const [first, second, third] = thread.callbacks();
    expect((second?.at ?? 0) - (first?.at ?? 0)).toBeGreaterThanOrEqual(1_950);
    expect([first, second, third].map((callback) => callback?.payload.inReplyTo)).toEqual([
      [thread.id(1)],
      [thread.id(1)],
      [thread.id(2)],
    ]);
  });

  test.each([401, 403, 400, 410])(
    "26: %i is not tried again, is visible, and the conversation goes on",
    async (refusal) => {
      const thread = await system.thread();
      receive(thread, { status: refusal }, {});
      await thread.say(1);
      await until("the first callback is here", () => thread.callbacks().length === 1);
      await reaches(thread, "failed");
      await thread.say(2);
      // Gone for good: nothing automatic is made for them any more, and a person is asked to look.
      if (refusal === 410)
        await until("a person is asked", async () => (await thread.conversation())["handover"] === true);
      else await thread.replyTo(2);
      await quiet(thread);
      expect(thread.calls()).toHaveLength(refusal === 410 ? 1 : 2);
      expect(thread.callbacks()).toHaveLength(refusal === 410 ? 1 : 2);
    },
  );

  test("26: a refused message is a dead letter that can be sent again under its old id", async () => {
    const thread = await system.thread();
    receive(thread, { status: 403 }, {});
    await thread.say(1);
    await reaches(thread, "failed");
    const { api } = system.tenant;
    const letter = await until("the dead letter is listed", async () => {
      const page = (await api.get("/v1/dead-letters?limit=100")) as { data: Record<string, unknown>[] };
      const conversationId = await thread.conversationId();
      return page.data.find((one) => one["conversationId"] === conversationId);
    });
    await api.post(`/v1/dead-letters/${String(letter["id"])}/replay`);
    await until("it is delivered", () => thread.callbacks().at(-1)?.outcome === 200);
    expect(thread.callbacks().map(({ repeat }) => repeat)).toEqual([0, 1]);
    await reaches(thread, "sent");
  });
});

describe("27: status callbacks", () => {
  test("climb, whatever their order and number", async () => {
    const thread = await system.thread();
    await thread.say(1);
    const { webhookId } = await thread.replyTo(1);
    const read = status(thread.name, webhookId, "read");
    for (const event of [
      read,
      read,
      status(thread.name, webhookId, "delivered"),
      status(thread.name, webhookId, "sent"),
    ]) {
      expect((await thread.send(event)).status).toBe(200);
    }
    await reaches(thread, "read");
    await thread.say(2);
    await thread.replyTo(2);
    expect(await stateOf(thread)).toBe("read");
  });

  test("that come before the send is answered are believed", async () => {
    const thread = await system.thread();
    receive(thread, { delayMs: 800 }, {});
    await thread.say(1);
    const callback = await until("the callback is here", () => thread.callbacks()[0]);
    await thread.send(status(thread.name, callback.webhookId, "delivered"));
    await until("the send is answered", () => callback.outcome === 200);
    await reaches(thread, "delivered");
    await quiet(thread);
    expect(thread.callbacks()).toHaveLength(1);
  });

  test("about messages that are not known do no harm", async () => {
    const thread = await system.thread();
    expect((await thread.send(status("nobody", "msg_01kbd0mz3v7q2x9c4f6g8h1j5k", "read"))).status).toBe(200);
    await thread.say(1);
    await thread.replyTo(1);
  });
});
