import { AppError } from "@charla/domain/errors";
import type { Release } from "@charla/domain/release";
import { requirePermission } from "../auth/permissions.ts";
import type { Ctx } from "../context.ts";
import { contentOf } from "./editions.ts";
import { fetchRelease } from "./internal.ts";
import type { ReleaseRef } from "./schemas.ts";

export async function getRelease(ctx: Ctx, ref: ReleaseRef): Promise<Release> {
  requirePermission(ctx, "agents.read");
  await fetchRelease(ctx, ref);
  const content = await contentOf(ctx, ref.releaseId);
  if (content === null) throw new AppError("NOT_FOUND", `release ${ref.releaseId} has no content`);
  return content;
}
