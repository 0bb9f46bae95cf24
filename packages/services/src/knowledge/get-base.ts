import { requirePermission } from "../auth/permissions.ts";
import type { Ctx } from "../context.ts";
import { fetchBase } from "./internal.ts";
import { type KnowledgeBaseOut, toKnowledgeBaseOut } from "./schemas.ts";

export async function getKnowledgeBase(ctx: Ctx, id: string): Promise<KnowledgeBaseOut> {
  requirePermission(ctx, "knowledge.read");
  return toKnowledgeBaseOut(await fetchBase(ctx, id));
}
