import { releaseKvKey } from "@charla/domain/release";
import { AppError } from "@charla/domain/errors";
import { fetchActiveAgent } from "../agents/internal.ts";
import { requirePermission } from "../auth/permissions.ts";
import type { Ctx } from "../context.ts";
import { fetchRelease, putInForce } from "./internal.ts";
import { type RollbackInput, type RolledBackOut, toReleaseOut } from "./schemas.ts";

/** Points back (or forth) to a release that exists; the draft stays as it is. */
export async function rollbackRelease(ctx: Ctx, { canary, ...ref }: RollbackInput): Promise<RolledBackOut> {
  requirePermission(ctx, "releases.publish");
  const agent = await fetchActiveAgent(ctx, ref.agentId);
  const release = await fetchRelease(ctx, ref);
  // A publication that broke off left its line here, but nothing that could run.
  if ((await ctx.config.get(releaseKvKey(ctx.tenantId, ref.releaseId))) === null) {
    throw new AppError("CONFLICT", `release ${ref.releaseId} has no content`, {
      publicMessage: { es: "Esta versión no llegó a completarse", en: "This release was never completed" },
    });
  }
  const inForce = await putInForce(ctx, agent, release.id, canary);
  return { ...toReleaseOut(release, inForce.currentId), canary: inForce.canary };
}
