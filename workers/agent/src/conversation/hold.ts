import type { InRow, StepRow } from "@charla/domain/log";
import type { Core } from "./core.ts";

/** The message waits for a person. Comes it back to the agent, then so do the steps of the turn that it was `askedIn`. */
export function holdForPerson({ log, head }: Core, row: InRow, askedIn?: number): void {
  row.state = "held";
  row.turn = null;
  if (askedIn !== undefined) row.body.askedIn = askedIn;
  head.heldFrom = Math.min(head.heldFrom ?? row.seq, row.seq);
  log.update(row);
}

/** Answers that never left: their messages wait for the person, too. */
export function unanswer(core: Core, turns: number[]): void {
  for (const turn of new Set(turns)) {
    const rows = core.log.ofTurn(turn);
    const ran = hasRunTools(rows.filter((row): row is StepRow => row.kind === "step"));
    for (const row of rows) if (row.kind === "in") holdForPerson(core, row, ran ? turn : undefined);
  }
}

export const hasRunTools = (steps: readonly StepRow[]): boolean => steps.some(({ body }) => body.type === "tool");
