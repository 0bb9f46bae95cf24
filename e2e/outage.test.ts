import { expect, test } from "vitest";

import { passed, tableOf } from "@charla/testkit/outage/report";
import { runOutage } from "@charla/testkit/outage/run";

import { freePort } from "./free-port.ts";

test("WhatsApp and Telegram are down while sixty messages come: each is answered once, in order, when they are back", async () => {
  const report = await runOutage({
    port: await freePort(),
    channels: ["whatsapp", "telegram"],
    seconds: 10,
    messages: 60,
    people: 20,
    seed: 3,
  });
  expect(passed(report), tableOf(report)).toBe(true);
}, 300_000);
