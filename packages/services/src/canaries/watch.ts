import { type CanaryRow, canaries } from "@charla/db/tenant/canaries";
import { and, eq, gt, isNull, or } from "drizzle-orm";
import { requirePermission } from "../auth/permissions.ts";
import type { Ctx } from "../context.ts";
import { addMetrics } from "../metrics/add.ts";
import { CANARY_ROLLBACKS } from "../metrics/counters.ts";
import { endCanary, settle } from "./internal.ts";
import { judge } from "./judge.ts";
import { measure } from "./measure.ts";
import { TELL_WITHIN_MS } from "./tell.ts";

/** `open`: there is something to come back for. */
export type WatchedCanaries = { rolledBack: CanaryRow[]; open: boolean };

/** Puts right what a crash left half done, and ends canaries that do worse than their base. */
export async function watchCanaries(ctx: Ctx, now: number): Promise<WatchedCanaries> {
  requirePermission(ctx, "releases.publish");
  const { state, version, applied, toldAt, endedAt } = canaries;
  const untold = and(eq(state, "rolled_back"), isNull(toldAt), gt(endedAt, now - TELL_WITHIN_MS));
  const rows = await ctx.db.orm
    .select()
    .from(canaries)
    .where(or(eq(state, "running"), gt(version, applied), untold));
  const rolledBack: CanaryRow[] = [];
  for (const row of rows) {
    if (row.version > row.applied) await settle(ctx, row);
    const ended = row.state === "running" ? await rollBackIfWorse(ctx, row, now) : undefined;
    if (ended !== undefined) rolledBack.push(ended);
  }
  return { rolledBack, open: rows.length > 0 };
}

async function rollBackIfWorse(ctx: Ctx, row: CanaryRow, now: number): Promise<CanaryRow | undefined> {
  if (!row.limits.automatic) return undefined;
  const measured = await measure(ctx, row, now);
  const signal = judge(measured, row.limits);
  if (signal === null) return undefined;
  const { canary, base } = measured;
  const ended = await endCanary(ctx, row.agentId, {
    state: "rolled_back",
    signal,
    facts: { canary, base },
    ifVersion: row.version,
  });
  // Somebody else ended or changed it meanwhile.
  if (ended === undefined) return undefined;
  await addMetrics(ctx.control, [{ name: CANARY_ROLLBACKS, labels: `signal="${signal}"`, value: 1 }]);
  return ended;
}
