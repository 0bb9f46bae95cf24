import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { type ActiveHour, expectedBetween, HOUR_MS, judgeSilence, learnRhythm, type Rhythm } from "./rhythm.ts";

const WEEK = 168;
const WEEK_MS = WEEK * HOUR_MS;
/** A Monday at midnight, in hours since the epoch. */
const MONDAY = Math.floor(Date.UTC(2026, 8, 7) / HOUR_MS);

/** The same every week. */
const repeated = (schedule: readonly number[], weeks: number): ActiveHour[] =>
  Array.from({ length: weeks * WEEK }, (_, i) => ({ hour: MONDAY + i, active: schedule[i % WEEK] ?? 0 }));

function learned(hours: readonly ActiveHour[]): Rhythm {
  const rhythm = learnRhythm(hours);
  if (rhythm === null) throw new Error("nothing was learned");
  return rhythm;
}

/** Monday to Saturday, nine to eight. */
const shopHours = Array.from({ length: WEEK }, (_, i) => (i < 6 * 24 && i % 24 >= 9 && i % 24 < 20 ? 3 : 0));

/** Numbers that look like chance and are the same in every run. */
function dice(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state * 1_664_525 + 1_013_904_223) % 2 ** 32;
    return state / 2 ** 32;
  };
}

/** Instants at which somebody writes, as often as the schedule says and as irregularly as people are. */
function arrivals(schedule: readonly number[], weeks: number, random: () => number): number[] {
  const instants: number[] = [];
  const most = Math.max(...schedule);
  for (let at = 0; ;) {
    at += -Math.log(1 - random()) / most;
    if (at >= weeks * WEEK) return instants;
    if (random() * most < (schedule[Math.floor(at) % WEEK] ?? 0)) instants.push((MONDAY + at) * HOUR_MS);
  }
}

function hoursOf(instants: readonly number[]): ActiveHour[] {
  const counts = new Map<number, number>();
  for (const at of instants) counts.set(Math.floor(at / HOUR_MS), (counts.get(Math.floor(at / HOUR_MS)) ?? 0) + 1);
  return [...counts].map(([hour, active]) => ({ hour, active }));
}

const schedules = fc
  .array(
    fc.oneof({ weight: 2, arbitrary: fc.constant(0) }, { weight: 1, arbitrary: fc.integer({ min: 1, max: 20 }) }),
    {
      minLength: WEEK,
      maxLength: WEEK,
    },
  )
  .filter((schedule) => schedule.reduce((sum, active) => sum + active, 0) >= 20);

describe("a rhythm", () => {
  it("is unknown for two weeks, and while next to nobody writes", () => {
    expect(learnRhythm([])).toBeNull();
    expect(learnRhythm(repeated(shopHours, 2).slice(0, WEEK + 100))).toBeNull();
    expect(learnRhythm(repeated(shopHours, 3))).not.toBeNull();
    const rare = Array.from({ length: WEEK }, (_, i) => (i === 30 ? 1 : 0));
    expect(learnRhythm(repeated(rare, 8))).toBeNull();
  });

  it("says what a week brings, and that a night and a Sunday bring nothing", () => {
    const rhythm = learned(repeated(shopHours, 6));
    expect(rhythm.weekly).toBeCloseTo(6 * 11 * 3);
    const at = (day: number, hour: number): number => (MONDAY + WEEK * 6 + day * 24 + hour) * HOUR_MS;
    expect(expectedBetween(rhythm, at(0, 21), at(1, 8))).toBeLessThan(0.01);
    expect(expectedBetween(rhythm, at(5, 21), at(7, 8))).toBeLessThan(0.01);
    expect(expectedBetween(rhythm, at(1, 10), at(1, 13))).toBeCloseTo(9);
    expect(expectedBetween(rhythm, at(1, 13), at(1, 10))).toBe(0);
  });

  it("does not take one campaign, one holiday or one outage for a habit", () => {
    const plain = learned(repeated(shopHours, 6));
    const changed = (from: number, to: number, active: number): Rhythm =>
      learned(repeated(shopHours, 6).map((hour, i) => (i >= from && i < to ? { ...hour, active } : hour)));
    const campaign = changed(2 * WEEK + 33, 2 * WEEK + 36, 500);
    expect(campaign.weekly).toBe(plain.weekly);
    const outage = changed(3 * WEEK + 24, 3 * WEEK + 96, 0);
    expect(outage.weekly).toBe(plain.weekly);
    expect(outage.pause).toBeLessThan(2);
  });

  it("expects more the longer the silence lasts, and over any weeks as many as the weeks have", () => {
    fc.assert(
      fc.property(schedules, fc.nat(3 * WEEK), fc.nat(3 * WEEK), fc.nat(5 * WEEK), (schedule, from, first, second) => {
        const rhythm = learnRhythm(repeated(schedule, 4));
        if (rhythm === null) return;
        const start = (MONDAY + from) * HOUR_MS + 12_345;
        const short = expectedBetween(rhythm, start, start + first * HOUR_MS);
        const both = expectedBetween(rhythm, start, start + (first + second) * HOUR_MS);
        expect(both).toBeGreaterThanOrEqual(short - 1e-9);
        const apart = short + expectedBetween(rhythm, start + first * HOUR_MS, start + (first + second) * HOUR_MS);
        expect(both).toBeCloseTo(apart, 6);
        expect(expectedBetween(rhythm, start, start + 2 * WEEK_MS)).toBeCloseTo(2 * rhythm.weekly, 6);
      }),
    );
  });
});

describe("a silence", () => {
  it("that every week has is none", () => {
    fc.assert(
      fc.property(schedules, fc.integer({ min: 3, max: 8 }), (schedule, weeks) => {
        const hours = repeated(schedule, weeks);
        for (let first = hours.length - WEEK; first < hours.length; first++) {
          if (hours[first]?.active === 0) continue;
          const rhythm = learnRhythm(hours.slice(0, first + 1));
          let next = first + 1;
          while ((schedule[next % WEEK] ?? 0) === 0) next++;
          if (rhythm === null) return;
          const silence = judgeSilence(rhythm, (MONDAY + first + 1) * HOUR_MS - 1, (MONDAY + next) * HOUR_MS);
          expect(silence.quiet, JSON.stringify({ first, next, ...silence })).toBe(false);
        }
      }),
      { numRuns: 30 },
    );
  });

  it("that does not end is noticed in the end, whatever the rhythm", () => {
    fc.assert(
      fc.property(schedules, (schedule) => {
        const hours = repeated(schedule, 4);
        const rhythm = learnRhythm(hours);
        if (rhythm === null) return;
        const lastInAt = (MONDAY + hours.length) * HOUR_MS;
        const weeks = 3 + Math.ceil(12 / rhythm.weekly);
        expect(judgeSilence(rhythm, lastInAt, lastInAt + weeks * WEEK_MS).quiet).toBe(true);
        expect(judgeSilence(rhythm, lastInAt, lastInAt + HOUR_MS / 2).quiet).toBe(false);
      }),
    );
  });

  it.each([1, 2, 3, 4, 5, 6, 7, 8])("of a shop as people write to it is never mistaken (seed %i)", (seed) => {
    const instants = arrivals(shopHours, 12, dice(seed));
    const known = instants.filter((at) => at < (MONDAY + 8 * WEEK) * HOUR_MS);
    const rhythm = learned(hoursOf(known));
    const judged = instants.slice(known.length).map((at, i) => {
      const before = instants[known.length + i - 1] ?? at;
      return judgeSilence(rhythm, before, at).quiet;
    });
    expect(judged.length).toBeGreaterThan(500);
    expect(judged).not.toContain(true);
  });

  it("of a shop that is cut off on a Tuesday morning is noticed the same day", () => {
    const rhythm = learned(hoursOf(arrivals(shopHours, 8, dice(7))));
    const cut = (MONDAY + 8 * WEEK + 34) * HOUR_MS;
    expect(judgeSilence(rhythm, cut, cut + 1 * HOUR_MS).quiet).toBe(false);
    expect(judgeSilence(rhythm, cut, cut + 9 * HOUR_MS).quiet).toBe(true);
  });
});
