import { knowledgeDocuments } from "@charla/db/tenant/knowledge-documents";
import { and, asc, eq, gt, ne } from "drizzle-orm";
import { requirePermission } from "../auth/permissions.ts";
import type { Ctx } from "../context.ts";
import { IdCursor, type Page, parseCursor, toPage } from "../paging.ts";
import { fetchBase, type SendJobs, wakeStale } from "./internal.ts";
import { type KnowledgeDocumentOut, type ListDocumentsInput, toDocumentOut } from "./schemas.ts";

export async function listDocuments(
  ctx: Ctx,
  { baseId, status, cursor, limit }: ListDocumentsInput,
  send: SendJobs,
): Promise<Page<KnowledgeDocumentOut>> {
  requirePermission(ctx, "knowledge.read");
  await fetchBase(ctx, baseId);
  const [after] = parseCursor(cursor, IdCursor) ?? [""];
  const rows = await ctx.db.orm
    .select()
    .from(knowledgeDocuments)
    .where(
      and(
        eq(knowledgeDocuments.baseId, baseId),
        gt(knowledgeDocuments.id, after),
        status === undefined ? ne(knowledgeDocuments.status, "deleting") : eq(knowledgeDocuments.status, status),
      ),
    )
    .orderBy(asc(knowledgeDocuments.id))
    .limit(limit + 1);
  await wakeStale(ctx, rows, send);
  return toPage(rows, limit, ({ id }) => [id], toDocumentOut);
}
