import { knowledgeBases } from "@charla/db/tenant/knowledge-bases";
import { AppError } from "@charla/domain/errors";
import { and, eq, sql } from "drizzle-orm";
import { requirePermission } from "../auth/permissions.ts";
import type { Ctx } from "../context.ts";
import { fetchBase } from "./internal.ts";
import { type KnowledgeBaseOut, toKnowledgeBaseOut, type UpdateKnowledgeBaseInput } from "./schemas.ts";

export async function updateKnowledgeBase(
  ctx: Ctx,
  id: string,
  { ifVersion, ...change }: UpdateKnowledgeBaseInput,
): Promise<KnowledgeBaseOut> {
  requirePermission(ctx, "knowledge.write");
  const { name, description } = await fetchBase(ctx, id);
  const unchanged = ifVersion === undefined ? undefined : eq(knowledgeBases.version, ifVersion);
  const [row] = await ctx.db.orm
    .update(knowledgeBases)
    .set({
      name: change.name ?? name,
      description: change.description ?? description,
      version: sql`${knowledgeBases.version} + 1`,
      updatedAt: ctx.now(),
    })
    .where(and(eq(knowledgeBases.id, id), unchanged))
    .returning();
  if (row === undefined)
    throw new AppError("PRECONDITION_FAILED", `knowledge base ${id} is not at version ${ifVersion}`);
  return toKnowledgeBaseOut(row);
}
