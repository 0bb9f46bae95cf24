import { agents } from "@charla/db/tenant/agents";
import { type CanaryRow, canaries } from "@charla/db/tenant/canaries";
import type { CanaryFacts, CanarySignal, CanaryState } from "@charla/domain/canary-facts";
import { AppError } from "@charla/domain/errors";
import { and, eq, gt, sql } from "drizzle-orm";
import { type Ctx, actorName } from "../context.ts";

export async function findRunning({ db }: Ctx, agentId: string): Promise<CanaryRow | undefined> {
  const running = and(eq(canaries.agentId, agentId), eq(canaries.state, "running"));
  const [row] = await db.orm.select().from(canaries).where(running).limit(1);
  return row;
}

export async function fetchRunning(ctx: Ctx, agentId: string): Promise<CanaryRow> {
  const row = await findRunning(ctx, agentId);
  if (row === undefined) throw new AppError("NOT_FOUND", `no canary of ${agentId} is running`);
  return row;
}

/**
 * Tells the gate what the row says. The row comes first and this may be repeated by anybody, in any order: a crash between
 * the two is put right by cron, and what comes late changes nothing.
 */
export async function settle(ctx: Ctx, row: CanaryRow): Promise<void> {
  const { agentId, version, releaseId, state } = row;
  const percent = state === "running" ? row.percent : 0;
  const promote = state === "promoted";
  const gate = await ctx.gate.setCanary({ agentId, version, releaseId, percent, ...(promote && { promote }) });
  const { orm } = ctx.db;
  if (promote && gate.releaseId !== null)
    await orm.update(agents).set({ releaseId: gate.releaseId, updatedAt: ctx.now() }).where(eq(agents.id, agentId));
  await orm
    .update(canaries)
    .set({ applied: version })
    .where(and(eq(canaries.id, row.id), eq(canaries.version, version)));
}

type End = {
  state: Exclude<CanaryState, "running">;
  note?: string;
  signal?: CanarySignal;
  facts?: CanaryFacts;
  /** Only while it is as it was when this was decided. */
  ifVersion?: number;
};

/** Of all who end it at once, one does. */
export async function endCanary(ctx: Ctx, agentId: string, end: End): Promise<CanaryRow | undefined> {
  const { state, note = "", signal, facts, ifVersion } = end;
  const [row] = await ctx.db.orm
    .update(canaries)
    .set({
      state,
      version: sql`${canaries.version} + 1`,
      endedAt: ctx.now(),
      endedBy: actorName(ctx.actor),
      note,
      ...(signal && { signal }),
      ...(facts && { facts }),
    })
    .where(
      and(
        eq(canaries.agentId, agentId),
        eq(canaries.state, "running"),
        ifVersion === undefined ? undefined : eq(canaries.version, ifVersion),
      ),
    )
    .returning();
  if (row !== undefined) await settle(ctx, row);
  return row;
}

/** Another release takes the place of both: what was decided about canaries before is decided for good first. */
export async function replaceCanary(ctx: Ctx, agentId: string): Promise<void> {
  await endCanary(ctx, agentId, { state: "replaced" });
  const unsettled = and(eq(canaries.agentId, agentId), gt(canaries.version, canaries.applied));
  for (const row of await ctx.db.orm.select().from(canaries).where(unsettled)) await settle(ctx, row);
}
