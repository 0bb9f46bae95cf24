import { type CanaryLimits, CanarySignal, type Tally } from "@charla/domain/canary-facts";
import type { Measured } from "./measure.ts";

const MARGINS = {
  errors: ({ errorMargin }) => errorMargin,
  handovers: ({ handoverMargin }) => handoverMargin,
} as const satisfies Record<CanarySignal, (limits: CanaryLimits) => number>;

/** One in a hundred such differences is chance: it is looked every minute, so one in twenty would not do. */
const SURE = 2.33;

/** What the canary does worse than the base, by more than is allowed and more than chance explains. */
export function judge(measured: Measured, limits: CanaryLimits): CanarySignal | null {
  if (!limits.automatic || measured.canary.turns < limits.minTurns) return null;
  const base = comparable(measured, limits.minTurns);
  // A base that nobody has used stands for no faults at all, but says nothing of how often people are wanted.
  const known = base.turns > 0;
  return (
    CanarySignal.options.find((signal) => {
      if (signal === "handovers" && !known) return false;
      const against = known ? base : { turns: measured.canary.turns, errors: 0, handovers: 0 };
      return isWorse(measured.canary, against, signal, MARGINS[signal](limits));
    }) ?? null
  );
}

/** The base over the same time; where that is too little, with what it did the day before. */
function comparable({ base, before }: Measured, minTurns: number): Tally {
  if (base.turns >= minTurns) return base;
  return {
    turns: base.turns + before.turns,
    errors: base.errors + before.errors,
    handovers: base.handovers + before.handovers,
  };
}

function isWorse(canary: Tally, base: Tally, signal: CanarySignal, margin: number): boolean {
  const difference = canary[signal] / canary.turns - base[signal] / base.turns;
  if (difference <= margin) return false;
  const share = (canary[signal] + base[signal]) / (canary.turns + base.turns);
  const spread = Math.sqrt(share * (1 - share) * (1 / canary.turns + 1 / base.turns));
  return difference > SURE * spread;
}
