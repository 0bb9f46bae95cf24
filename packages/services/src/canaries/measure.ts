import { tallyTurns } from "@charla/db/canaries/statements";
import type { CanaryRow } from "@charla/db/tenant/canaries";
import type { CanaryFacts, Tally } from "@charla/domain/canary-facts";
import type { Ctx } from "../context.ts";

/** What happened longer ago says little of now, and counting it would cost more every minute. */
const WINDOW_MS = 24 * 3_600_000;

type Counted = Tally & { releaseId: string; turnsBefore: number; errorsBefore: number; handoversBefore: number };
export type Measured = CanaryFacts & { /** The base on its own, before the canary began. */ before: Tally };

const NONE: Tally = { turns: 0, errors: 0, handovers: 0 };

/** Both sides over the same time: one query along an index. */
export async function measure({ db }: Ctx, row: CanaryRow, now: number): Promise<Measured> {
  const from = Math.max(row.startedAt, now - WINDOW_MS);
  const { results } = await db.d1
    .prepare(tallyTurns)
    .bind(row.releaseId, row.baseId, Math.min(row.startedAt, from) - WINDOW_MS, from, row.agentId)
    .all<Counted>();
  const of = (id: string): Counted | undefined => results.find(({ releaseId }) => releaseId === id);
  const base = of(row.baseId);
  return {
    canary: tallyOf(of(row.releaseId)),
    base: tallyOf(base),
    before:
      base === undefined
        ? NONE
        : { turns: base.turnsBefore, errors: base.errorsBefore, handovers: base.handoversBefore },
  };
}

const tallyOf = (counted: Counted | undefined): Tally =>
  counted === undefined ? NONE : { turns: counted.turns, errors: counted.errors, handovers: counted.handovers };
