import { nextSlot } from "@charla/domain/rate";
import { expect, test } from "vitest";
import { telegramSetup } from "../telegram.ts";

test("no minute of a group brings more than twenty messages, whenever it is looked at", () => {
  const rate = telegramSetup.capabilities.rates?.group;
  if (rate === undefined) throw new Error("groups have no rate of their own");
  const sent: number[] = [];
  for (let full = 0; sent.length < 60;) {
    const slot = nextSlot(full, 1_000, rate);
    sent.push(slot.at);
    full = slot.full;
  }
  for (const from of sent) expect(sent.filter((at) => at >= from && at < from + 60_000).length).toBeLessThanOrEqual(20);
});
