import { knowledgeBases } from "@charla/db/tenant/knowledge-bases";
import { AppError } from "@charla/domain/errors";
import { newId } from "@charla/domain/ids";
import { count } from "drizzle-orm";
import { requirePermission } from "../auth/permissions.ts";
import type { Ctx } from "../context.ts";
import { MAX_BASES } from "./internal.ts";
import { type CreateKnowledgeBaseInput, type KnowledgeBaseOut, toKnowledgeBaseOut } from "./schemas.ts";

export async function createKnowledgeBase(ctx: Ctx, input: CreateKnowledgeBaseInput): Promise<KnowledgeBaseOut> {
  requirePermission(ctx, "knowledge.write");
  const [bases] = await ctx.db.orm.select({ count: count() }).from(knowledgeBases);
  if ((bases?.count ?? 0) >= MAX_BASES)
    throw new AppError("LIMIT_EXCEEDED", "too many knowledge bases", {
      publicMessage: `At most ${MAX_BASES} knowledge bases`,
    });
  const now = ctx.now();
  const row = { ...input, id: newId("knowledgeBase", now), version: 1, createdAt: now, updatedAt: now };
  await ctx.db.orm.insert(knowledgeBases).values(row);
  return toKnowledgeBaseOut(row);
}
