import { requirePermission } from "../auth/permissions.ts";
import type { Ctx } from "../context.ts";
import { fetchRunning } from "./internal.ts";
import { measure } from "./measure.ts";
import { type CanaryOut, toCanaryOut } from "./schemas.ts";

/** The one that runs, with both sides as they stand now. */
export async function getCanary(ctx: Ctx, agentId: string): Promise<CanaryOut> {
  requirePermission(ctx, "agents.read");
  const row = await fetchRunning(ctx, agentId);
  const { canary, base } = await measure(ctx, row, ctx.now());
  return { ...toCanaryOut(row), facts: { canary, base } };
}
