import { knowledgeBases } from "@charla/db/tenant/knowledge-bases";
import { asc, gt } from "drizzle-orm";
import { requirePermission } from "../auth/permissions.ts";
import type { Ctx } from "../context.ts";
import { IdCursor, type Page, type PageInput, parseCursor, toPage } from "../paging.ts";
import { type KnowledgeBaseOut, toKnowledgeBaseOut } from "./schemas.ts";

export async function listKnowledgeBases(ctx: Ctx, { cursor, limit }: PageInput): Promise<Page<KnowledgeBaseOut>> {
  requirePermission(ctx, "knowledge.read");
  const [after] = parseCursor(cursor, IdCursor) ?? [""];
  const rows = await ctx.db.orm
    .select()
    .from(knowledgeBases)
    .where(gt(knowledgeBases.id, after))
    .orderBy(asc(knowledgeBases.id))
    .limit(limit + 1);
  return toPage(rows, limit, ({ id }) => [id], toKnowledgeBaseOut);
}
