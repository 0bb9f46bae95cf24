import { describe, expect, it } from "vitest";
import { costMicros, priceFrom, PRICES_DATE, WORKERS_AI_PRICES, workersAiPrice } from "./prices.ts";

describe("the price list", () => {
  it("bears the day of its last check", () => expect(PRICES_DATE).toMatch(/^\d{4}-\d{2}-\d{2}$/));

  it("charges an unlisted model as the dearest one", () => {
    const unlisted = workersAiPrice("@cf/nobody/new");
    for (const price of Object.values(WORKERS_AI_PRICES)) {
      expect(unlisted.input).toBeGreaterThanOrEqual(price.input);
      expect(unlisted.output).toBeGreaterThanOrEqual(price.output);
    }
  });

  it("lets a provider price all its models at once", () => {
    const table = { "m-1": { input: 1, output: 2 }, "*": { input: 3, output: 4 } };
    expect(priceFrom(table, "m-1").input).toBe(1);
    expect(priceFrom(table, "other").input).toBe(3);
    expect(priceFrom({}, "other")).toEqual({ input: 0, output: 0 });
  });
});

describe("the cost of a call", () => {
  it("is rounded up to whole micro-dollars", () => {
    expect(costMicros({ input: 1, output: 0, cached: 0 }, { input: 0.05, output: 1 })).toBe(1);
    expect(costMicros({ input: 0, output: 0, cached: 0 }, { input: 0.05, output: 1 })).toBe(0);
  });

  it("does not round up what only binary fractions added", () => {
    // 0.1 * 3 is 0.30000000000000004
    expect(costMicros({ input: 30, output: 0, cached: 0 }, { input: 0.1, output: 0 })).toBe(3);
    expect(costMicros({ input: 1000, output: 1000, cached: 0 }, { input: 0.293, output: 2.253 })).toBe(2546);
  });

  it("charges cached input apart, or as input where it has no price", () => {
    expect(costMicros({ input: 1000, output: 0, cached: 400 }, { input: 1, output: 0, cached: 0.25 })).toBe(700);
    expect(costMicros({ input: 1000, output: 0, cached: 400 }, { input: 1, output: 0 })).toBe(1000);
    expect(costMicros({ input: 10, output: 0, cached: 400 }, { input: 1, output: 0, cached: 0 })).toBe(0);
  });
});
