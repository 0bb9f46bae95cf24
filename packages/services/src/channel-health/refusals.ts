import { HOUR_MS } from "./rhythm.ts";

/** What a running total was at some instants, oldest first: one at least an hour ago, where there is one, and all since. */
export type Marks = readonly (readonly [at: number, total: number])[];

/** A total that nobody has looked at before has grown just now. */
export function markTotal(marks: Marks, total: number, now: number): Marks {
  const known = marks.length === 0 ? ([[now, 0]] as const) : marks;
  const baseline = known.findLastIndex(([at]) => at <= now - HOUR_MS);
  const kept = known.slice(Math.max(0, baseline));
  return kept.at(-1)?.[1] === total ? kept : [...kept, [now, total]];
}

/** How much it grew within the hour. */
export const grownBy = (marks: Marks): number => (marks.at(-1)?.[1] ?? 0) - (marks[0]?.[1] ?? 0);
