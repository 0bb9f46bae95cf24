import fc from "fast-check";
import { expect, test } from "vitest";
import { grownBy, type Marks, markTotal } from "./refusals.ts";
import { HOUR_MS } from "./rhythm.ts";

const FIVE = HOUR_MS / 12;

test("a total that was never looked at has grown just now", () => {
  expect(grownBy(markTotal([], 7, 1_000))).toBe(7);
});

test("what is more than an hour old is no longer counted", () => {
  let marks: Marks = markTotal([], 7, 0);
  marks = markTotal(marks, 9, HOUR_MS / 2);
  expect(grownBy(marks)).toBe(9);
  expect(grownBy(markTotal(marks, 9, HOUR_MS))).toBe(2);
  expect(grownBy(markTotal(marks, 9, 2 * HOUR_MS))).toBe(0);
});

test("it is what came within the hour, however it came, and few marks tell it", () => {
  fc.assert(
    fc.property(fc.array(fc.nat(50), { minLength: 1, maxLength: 60 }), (growth) => {
      let marks: Marks = markTotal([], 0, 0);
      let total = 0;
      growth.forEach((grown, i) => {
        total += grown;
        marks = markTotal(marks, total, (i + 1) * FIVE);
        const lately = growth.slice(0, i + 1).slice(-12);
        expect(grownBy(marks)).toBe(lately.reduce((sum, each) => sum + each, 0));
      });
      expect(marks.length).toBeLessThanOrEqual(14);
    }),
  );
});
