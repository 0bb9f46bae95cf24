import { afterAll, beforeAll, expect, test } from "vitest";

import { System } from "./system.ts";

let system: System;
beforeAll(async () => {
  system = await System.start();
});
afterAll(() => system.stop());

test("a signed message comes in, the demo model answers, a signed callback goes out", async () => {
  const model = { provider: "workers-ai", model: "@cf/meta/llama-3.3-70b-instruct-fp8-fast" };
  const thread = await system.thread(undefined, { model, instructions: "Abrimos de lunes a viernes de 9 a 18 horas." });
  await thread.say(1, "¿A qué hora abrís los lunes?");
  const { payload, repeat } = await thread.replyTo(1);
  expect(repeat).toBe(0);
  expect(payload).toMatchObject({
    conversation: thread.name,
    channel: thread.account.channelId,
    author: "ai",
    inReplyTo: [thread.id(1)],
  });
  expect(payload.text).toContain("9");
  expect(system.integrator.problems).toEqual([]);
});
