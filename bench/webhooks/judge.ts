import type { Offered } from "./load.ts";
import type { OutsideReport } from "./outside.ts";

const SHED = new Set([429, 503]);

export const namedOnce = (marks: readonly string[], named: Record<string, number>): boolean =>
  marks.every((mark) => named[mark] !== undefined);

/** Several messages of one person are under way at once here, so a later one may arrive, and be answered, first. */
const OVERTAKEN = /^\S+ after \d+$/;

/** What was taken is answered once; what was refused was refused in time, with a time to come again, and left no trace. */
export function mistakesIn(offered: readonly Offered[], { named, problems, replies }: OutsideReport): string[] {
  const wrong = problems.filter((problem) => !OVERTAKEN.test(problem));
  const mistakes = wrong.map((problem) => `the model saw: ${problem}`);
  if (replies === 0) mistakes.push("no reply at all");
  for (const {
    mark,
    kind: { kind, repeats },
    answered,
  } of offered) {
    const times = Math.min(named[mark] ?? 0, repeats ? 1 : Number.POSITIVE_INFINITY);
    const { status, retryAfter } = answered;
    if (status === 200 && times !== 1) mistakes.push(`${kind} ${mark} was taken and answered ${times} times`);
    else if (SHED.has(status)) {
      if (!/^[1-9]\d*$/.test(retryAfter ?? ""))
        mistakes.push(`${kind} ${mark}: ${status} without a time to come again`);
      if (status === 429 && times > 0) mistakes.push(`${kind} ${mark} was refused and answered`);
    } else if (status !== 200) mistakes.push(`${kind} ${mark} was answered ${status}`);
  }
  return mistakes;
}
