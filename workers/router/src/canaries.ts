import { AppError } from "@charla/domain/errors";
import { markedTenants, unmark } from "@charla/services/canaries/marks";
import { tellRolledBack } from "@charla/services/canaries/tell";
import { watchCanaries } from "@charla/services/canaries/watch";
import type { PlatformCtx } from "@charla/services/context";
import { openTenant } from "@charla/services/tenants/open";
import type { BackstageDeps } from "./deps.ts";

const AT_ONCE = 8;

/** Of the tenants that have canaries, and no other. How many canaries were rolled back. */
export async function watchAllCanaries(platform: PlatformCtx, deps: BackstageDeps, at: number): Promise<number> {
  const tenants = await markedTenants(platform.control);
  let done = 0;
  for (let from = 0; from < tenants.length; from += AT_ONCE) {
    const counts = await Promise.all(tenants.slice(from, from + AT_ONCE).map((id) => watchOne(platform, deps, id, at)));
    done += counts.reduce((sum, count) => sum + count, 0);
  }
  return done;
}

async function watchOne(platform: PlatformCtx, deps: BackstageDeps, tenantId: string, at: number): Promise<number> {
  try {
    const ctx = await openTenant(platform, tenantId);
    const { rolledBack, open } = await watchCanaries(ctx, at);
    for (const { agentId, releaseId, signal } of rolledBack)
      deps.log.warn("canary:rolled_back", { tenantId, agentId, releaseId, ...(signal !== null && { reason: signal }) });
    const reached = open ? await tellRolledBack(ctx, deps.postman, at) : 0;
    if (reached > 0) deps.log.info("notice:sent", { tenantId, count: reached });
    if (!open) await unmark(platform.control, tenantId, at);
    return rolledBack.length;
  } catch (error) {
    if (error instanceof AppError && error.code === "NOT_FOUND") await unmark(platform.control, tenantId, at);
    deps.log.error("cron:failed", { task: "canaries", tenantId, error });
    return 0;
  }
}
