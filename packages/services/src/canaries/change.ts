import { canaries } from "@charla/db/tenant/canaries";
import { AppError } from "@charla/domain/errors";
import { and, eq, sql } from "drizzle-orm";
import { requirePermission } from "../auth/permissions.ts";
import type { Ctx } from "../context.ts";
import { fetchRunning, settle } from "./internal.ts";
import { type CanaryOut, type ChangeCanaryInput, toCanaryOut } from "./schemas.ts";

/** Conversations that have the release keep it while the share grows. */
export async function changeCanary(
  ctx: Ctx,
  agentId: string,
  { percent, limits }: ChangeCanaryInput,
): Promise<CanaryOut> {
  requirePermission(ctx, "releases.publish");
  const { id } = await fetchRunning(ctx, agentId);
  const [row] = await ctx.db.orm
    .update(canaries)
    .set({ percent, version: sql`${canaries.version} + 1`, ...(limits && { limits }) })
    .where(and(eq(canaries.id, id), eq(canaries.state, "running")))
    .returning();
  if (row === undefined) throw new AppError("CONFLICT", `canary ${id} has ended meanwhile`);
  await settle(ctx, row);
  return toCanaryOut(row);
}
