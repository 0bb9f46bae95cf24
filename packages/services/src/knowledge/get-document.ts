import { requirePermission } from "../auth/permissions.ts";
import type { Ctx } from "../context.ts";
import { fetchDocument } from "./internal.ts";
import { type KnowledgeDocumentOut, toDocumentOut } from "./schemas.ts";

export async function getDocument(
  ctx: Ctx,
  place: { baseId: string; documentId: string },
): Promise<KnowledgeDocumentOut> {
  requirePermission(ctx, "knowledge.read");
  return toDocumentOut(await fetchDocument(ctx, place));
}
