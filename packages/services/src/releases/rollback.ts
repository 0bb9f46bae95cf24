import { releaseKvKey } from "@charla/domain/release";
import { AppError } from "@charla/domain/errors";
import { fetchActiveAgent } from "../agents/internal.ts";
import { requirePermission } from "../auth/permissions.ts";
import type { Ctx } from "../context.ts";
import { fetchRelease, pointTo } from "./internal.ts";
import { type ReleaseOut, type ReleaseRef, toReleaseOut } from "./schemas.ts";

/** Points back (or forth) to a release that exists; the draft stays as it is. */
export async function rollbackRelease(ctx: Ctx, ref: ReleaseRef): Promise<ReleaseOut> {
  requirePermission(ctx, "releases.publish");
  await fetchActiveAgent(ctx, ref.agentId);
  const release = await fetchRelease(ctx, ref);
  // A publication that broke off left its line here, but nothing that could run.
  if ((await ctx.config.get(releaseKvKey(ctx.tenantId, ref.releaseId))) === null) {
    throw new AppError("CONFLICT", `release ${ref.releaseId} has no content`, {
      publicMessage: { es: "Esta versión no llegó a completarse", en: "This release was never completed" },
    });
  }
  await pointTo(ctx, ref);
  return toReleaseOut(release, release.id);
}
