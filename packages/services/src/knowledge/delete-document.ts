import { deleteChunksOfDocument, deleteWordsOfDocument, markDeleting } from "@charla/db/knowledge/statements";
import { requirePermission } from "../auth/permissions.ts";
import type { Ctx } from "../context.ts";
import { fetchDocument, jobOf, type SendJobs } from "./internal.ts";

/** Nothing of it is found from now on; its file and its vectors go in the background. */
export async function deleteDocument(
  ctx: Ctx,
  place: { baseId: string; documentId: string },
  send: SendJobs,
): Promise<void> {
  requirePermission(ctx, "knowledge.write");
  const { id } = await fetchDocument(ctx, place);
  const { d1 } = ctx.db;
  await d1.batch([
    d1.prepare(markDeleting).bind(id, ctx.now()),
    d1.prepare(deleteWordsOfDocument).bind(id),
    d1.prepare(deleteChunksOfDocument).bind(id),
  ]);
  await send([jobOf(ctx, id)]);
}
