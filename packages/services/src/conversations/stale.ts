import { turns } from "@charla/db/tenant/turns";
import { and, asc, eq, lt } from "drizzle-orm";
import { requirePermission } from "../auth/permissions.ts";
import type { Ctx } from "../context.ts";

/** Conversations whose turn has been open for too long, as far as the projection knows; poking one that is well does no harm. */
export async function staleConversations(
  ctx: Ctx,
  { openedBefore, limit }: { openedBefore: number; limit: number },
): Promise<string[]> {
  requirePermission(ctx, "conversations.read");
  const rows = await ctx.db.orm
    .selectDistinct({ id: turns.conversationId })
    .from(turns)
    .where(and(eq(turns.state, "open"), lt(turns.openedAt, openedBefore)))
    .orderBy(asc(turns.openedAt))
    .limit(limit);
  return rows.map(({ id }) => id);
}
