import { reindexDocument as order } from "@charla/db/knowledge/statements";
import { requirePermission } from "../auth/permissions.ts";
import type { Ctx } from "../context.ts";
import { fetchDocument, jobOf, type SendJobs } from "./internal.ts";
import { type KnowledgeDocumentOut, toDocumentOut } from "./schemas.ts";

/** Reads it again from the start. Until then what was read before is found. */
export async function reindexDocument(
  ctx: Ctx,
  place: { baseId: string; documentId: string },
  send: SendJobs,
): Promise<KnowledgeDocumentOut> {
  requirePermission(ctx, "knowledge.write");
  const { id } = await fetchDocument(ctx, place);
  await ctx.db.d1.prepare(order).bind(id, ctx.now()).run();
  await send([jobOf(ctx, id)]);
  return toDocumentOut(await fetchDocument(ctx, place));
}
