import { requirePermission } from "../auth/permissions.ts";
import type { Ctx } from "../context.ts";
import { fetchDocument, type SendJobs, wakeStale } from "./internal.ts";
import { type KnowledgeDocumentOut, toDocumentOut } from "./schemas.ts";

export async function getDocument(
  ctx: Ctx,
  place: { baseId: string; documentId: string },
  send: SendJobs,
): Promise<KnowledgeDocumentOut> {
  requirePermission(ctx, "knowledge.read");
  const row = await fetchDocument(ctx, place);
  await wakeStale(ctx, [row], send);
  return toDocumentOut(row);
}
