import { releases } from "@charla/db/tenant/releases";
import { and, desc, eq, lt } from "drizzle-orm";
import { fetchAgent } from "../agents/internal.ts";
import { requirePermission } from "../auth/permissions.ts";
import type { Ctx } from "../context.ts";
import { NumberCursor, type Page, parseCursor, toPage } from "../paging.ts";
import { type ListReleasesInput, type ReleaseOut, toReleaseOut } from "./schemas.ts";

/** Newest first. */
export async function listReleases(ctx: Ctx, { agentId, cursor, limit }: ListReleasesInput): Promise<Page<ReleaseOut>> {
  requirePermission(ctx, "agents.read");
  const agent = await fetchAgent(ctx, agentId);
  const [before] = parseCursor(cursor, NumberCursor) ?? [Number.MAX_SAFE_INTEGER];
  const rows = await ctx.db.orm
    .select()
    .from(releases)
    .where(and(eq(releases.agentId, agentId), lt(releases.number, before)))
    .orderBy(desc(releases.number))
    .limit(limit + 1);
  return toPage(
    rows,
    limit,
    ({ number }) => [number],
    (row) => toReleaseOut(row, agent.releaseId),
  );
}
