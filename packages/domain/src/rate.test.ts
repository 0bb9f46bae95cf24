import fc from "fast-check";
import { expect, it } from "vitest";
import { nextSlot } from "./rate.ts";

const slots = (rate: { everyMs: number; burst: number }, asked: number[]): number[] => {
  let full = 0;
  return asked.map((now) => {
    const slot = nextSlot(full, now, rate);
    full = slot.full;
    return slot.at;
  });
};

it("lets a burst go at once and the rest one by one", () => {
  const now = 1_000_000;
  const asked = Array.from({ length: 5 }, () => now);
  expect(slots({ everyMs: 1000, burst: 3 }, asked)).toEqual([now, now, now, now + 1000, now + 2000]);
});

it("fills up again while nobody asks, and never beyond the burst", () => {
  const rate = { everyMs: 1000, burst: 2 };
  expect(slots(rate, [5000, 5000, 5000, 60_000, 60_000, 60_000])).toEqual([5000, 5000, 6000, 60_000, 60_000, 61_000]);
});

it("never lets more than the burst and what has dripped since into any stretch of time", () => {
  const asked = fc.array(fc.nat(300), { maxLength: 60 }).map((steps) => {
    let now = 10_000;
    return steps.map((step) => (now += step));
  });
  fc.assert(
    fc.property(asked, fc.integer({ min: 1, max: 200 }), fc.integer({ min: 1, max: 8 }), (times, everyMs, burst) => {
      const given = slots({ everyMs, burst }, times);
      for (const [first, from] of given.entries())
        for (const [last, to] of given.entries()) {
          if (last < first) continue;
          expect(last - first + 1).toBeLessThanOrEqual(burst + Math.floor((to - from) / everyMs));
        }
      for (const [index, at] of given.entries()) expect(at).toBeGreaterThanOrEqual(times[index] ?? 0);
    }),
  );
});
