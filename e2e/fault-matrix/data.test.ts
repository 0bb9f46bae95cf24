import { afterAll, beforeAll, describe, expect, test } from "vitest";

import { until } from "@charla/testkit/poll";

import { System } from "../system.ts";

let system: System;
beforeAll(async () => {
  system = await System.start();
});
afterAll(async () => {
  expect(system.problems()).toEqual([]);
  await system.stop();
});

describe("42: the tenant's database does not take writes", () => {
  test("messages are taken and answered meanwhile, and listed once it does again", async () => {
    const thread = await system.thread();
    await thread.say(1);
    await thread.replyTo(1);
    await thread.conversationId();
    await system.charla.renameTenantTable("messages", "messages_away");
    for (const n of [2, 3]) {
      await thread.say(n);
      await thread.replyTo(n);
    }
    await system.charla.renameTenantTable("messages_away", "messages");
    await thread.say(4);
    await thread.replyTo(4);
    await until("everything is listed", async () => (await thread.messages()).length === 8, { deadlineMs: 40_000 });
  });
});
