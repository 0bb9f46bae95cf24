import { atLeast, atMost, type Line, linesTable, none, percentile, shown } from "../report-lines.ts";
import type { OutageReport } from "./run.ts";

/** A receiver that stalls may see what was sent apart as one: some refusals are no fault, many are. */
const TOO_FAST_SHARE = 0.1;

function linesOf({ plan, waiting, deliveredMs, tooFast, verdict, problems, ...found }: OutageReport): Line[] {
  return [
    atLeast("messages waiting when the vendors came back", waiting, plan.messages),
    none("lost", verdict.lost),
    none("held", verdict.held),
    none("answered twice", verdict.answeredTwice),
    none("out of order", verdict.outOfOrder),
    none("replies to nothing", verdict.unprompted),
    atMost("refused because they came too fast", tooFast, Math.floor(deliveredMs.length * TOO_FAST_SHARE)),
    shown("replies", deliveredMs.length),
    shown("to one account within a second, most", found.mostPerAccount),
    shown("to one person within a second, most", found.mostPerPerson),
    shown(
      "delivered after the end: first, half, 95 %, last",
      [0, 0.5, 0.95, 1].map((share) => `${(percentile(deliveredMs, share) / 1_000).toFixed(1)} s`).join(", "),
    ),
    none("wrong on the way", problems),
  ];
}

export const passed = (report: OutageReport): boolean => linesOf(report).every(({ ok }) => ok);
export const tableOf = (report: OutageReport): string => linesTable(linesOf(report));
