import { knowledgeDocuments } from "@charla/db/tenant/knowledge-documents";
import type { KnowledgeJob } from "@charla/domain/knowledge";
import { and, inArray, lt } from "drizzle-orm";
import type { Ctx } from "../context.ts";
import { jobOf } from "./internal.ts";

/** Documents that nobody has worked on for a while although there is something to do. */
export async function pendingDocuments(
  ctx: Ctx,
  { untouchedSince, limit }: { untouchedSince: number; limit: number },
): Promise<KnowledgeJob[]> {
  const rows = await ctx.db.orm
    .select({ id: knowledgeDocuments.id })
    .from(knowledgeDocuments)
    .where(
      and(
        inArray(knowledgeDocuments.status, ["queued", "reading", "deleting"]),
        lt(knowledgeDocuments.updatedAt, untouchedSince),
      ),
    )
    .limit(limit);
  return rows.map(({ id }) => jobOf(ctx, id));
}
