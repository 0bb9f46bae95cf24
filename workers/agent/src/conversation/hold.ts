import type { InRow } from "@charla/domain/log";
import type { Core } from "./core.ts";

/** The message waits for a person. */
export function holdForPerson({ log, head }: Core, row: InRow): void {
  row.state = "held";
  row.turn = null;
  head.heldFrom = Math.min(head.heldFrom ?? row.seq, row.seq);
  log.update(row);
}

/** Answers that never left: their messages wait for the person, too. */
export function unanswer(core: Core, turns: number[]): void {
  for (const turn of new Set(turns)) {
    for (const row of core.log.ofTurn(turn)) if (row.kind === "in") holdForPerson(core, row);
  }
}
