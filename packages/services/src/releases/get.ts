import { AppError } from "@charla/domain/errors";
import { Release, releaseKvKey } from "@charla/domain/release";
import { requirePermission } from "../auth/permissions.ts";
import type { Ctx } from "../context.ts";
import { fetchRelease } from "./internal.ts";
import type { ReleaseRef } from "./schemas.ts";

export async function getRelease(ctx: Ctx, ref: ReleaseRef): Promise<Release> {
  requirePermission(ctx, "agents.read");
  await fetchRelease(ctx, ref);
  const content = await ctx.config.get(releaseKvKey(ctx.tenantId, ref.releaseId));
  if (content === null) throw new AppError("NOT_FOUND", `release ${ref.releaseId} has no content`);
  return Release.parse(JSON.parse(content));
}
