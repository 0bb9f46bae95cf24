import type { InRow, StepRow } from "@charla/domain/log";
import type { Core } from "./core.ts";
import { unknownTurn } from "./journal-version.ts";
import { persist, revive, writtenTurn, type OpenTurn } from "./turn.ts";

/**
 * The turn that a person interrupted by taking over, once its messages are the agent's again: a tool that has run for them must
 * not run a second time, so the turn goes on under its own journal. Takes its messages out of those that wait.
 */
export function resumedTurn(core: Core, pending: InRow[]): OpenTurn | null {
  const askedIn = pending[0]?.body.askedIn;
  const row = askedIn === undefined ? undefined : core.log.bySeq(askedIn);
  if (row?.kind !== "turn" || row.state === "open" || unknownTurn(row.body) !== null) return null;
  const own = pending.filter(({ body }) => body.askedIn === askedIn);
  pending.splice(0, pending.length, ...pending.filter(({ body }) => body.askedIn !== askedIn));
  const steps = core.log.stepsOf(row.seq).filter((step): step is StepRow => step.kind === "step");
  revive(core, row, steps);
  const turn = writtenTurn(row, own, steps);
  persist(core, turn);
  return turn;
}

/** Those at the head of the line that belong to no interrupted turn. */
export function takeFresh(pending: InRow[], most: number): InRow[] {
  const end = pending.findIndex(({ body }, index) => index > 0 && body.askedIn !== undefined);
  return pending.splice(0, Math.min(most, end === -1 ? pending.length : end));
}
