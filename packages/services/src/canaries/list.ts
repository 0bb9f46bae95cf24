import { canaries } from "@charla/db/tenant/canaries";
import { and, desc, eq, lt } from "drizzle-orm";
import { fetchAgent } from "../agents/internal.ts";
import { requirePermission } from "../auth/permissions.ts";
import type { Ctx } from "../context.ts";
import { NumberCursor, type Page, parseCursor, toPage } from "../paging.ts";
import { type CanaryOut, type ListCanariesInput, toCanaryOut } from "./schemas.ts";

/** Newest first: who tried what, and how it ended. */
export async function listCanaries(ctx: Ctx, { agentId, cursor, limit }: ListCanariesInput): Promise<Page<CanaryOut>> {
  requirePermission(ctx, "agents.read");
  await fetchAgent(ctx, agentId);
  const [before] = parseCursor(cursor, NumberCursor) ?? [Number.MAX_SAFE_INTEGER];
  const rows = await ctx.db.orm
    .select()
    .from(canaries)
    .where(and(eq(canaries.agentId, agentId), lt(canaries.version, before)))
    .orderBy(desc(canaries.version))
    .limit(limit + 1);
  return toPage(rows, limit, ({ version }) => [version], toCanaryOut);
}
