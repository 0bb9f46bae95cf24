import { CanaryLimits } from "@charla/domain/canary-facts";
import { describe, expect, it } from "vitest";
import { judge } from "./judge.ts";

const tally = (turns: number, errors = 0, handovers = 0) => ({ turns, errors, handovers });
const NONE = tally(0);
const limits = (change: object = {}) => CanaryLimits.parse(change);

describe("a canary is rolled back", () => {
  it.each([
    ["for many errors", tally(50, 10), tally(500, 10), "errors"],
    ["for many hand-overs", tally(60, 0, 20), tally(500, 0, 20), "handovers"],
    ["for errors that a base nobody used never had", tally(50, 10), NONE, "errors"],
    ["not before there are enough turns", tally(49, 49), tally(500), null],
    ["not for what the base does as well", tally(100, 40), tally(900, 360), null],
    ["not for less than the margin, however sure", tally(20_000, 800), tally(20_000, 0), null],
    ["not for more than the margin that may be chance", tally(50, 5), tally(50, 2), null],
    ["not for hand-overs where nothing is known of the base", tally(60, 0, 60), NONE, null],
    ["not for being better", tally(100, 0), tally(100, 50), null],
  ])("%s", (_, canary, base, signal) => {
    expect(judge({ canary, base, before: NONE }, limits())).toBe(signal);
  });

  it("by what its own limits say", () => {
    const measured = { canary: tally(10, 3), base: tally(100), before: NONE };
    expect(judge(measured, limits())).toBeNull();
    expect(judge(measured, limits({ minTurns: 10 }))).toBe("errors");
    expect(judge(measured, limits({ minTurns: 10, errorMargin: 0.5 }))).toBeNull();
    expect(judge(measured, limits({ minTurns: 10, automatic: false }))).toBeNull();
  });

  it("against the day before, where the base has too few turns beside it", () => {
    const canary = tally(50, 10);
    expect(judge({ canary, base: tally(4, 1), before: tally(400, 80) }, limits())).toBeNull();
    expect(judge({ canary, base: tally(4, 0), before: tally(400, 4) }, limits())).toBe("errors");
  });
});
