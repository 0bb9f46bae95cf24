import { deleteChunksOfBase, deleteWordsOfBase } from "@charla/db/knowledge/statements";
import { knowledgeBases } from "@charla/db/tenant/knowledge-bases";
import { knowledgeDocuments } from "@charla/db/tenant/knowledge-documents";
import { eq } from "drizzle-orm";
import { requirePermission } from "../auth/permissions.ts";
import type { Ctx } from "../context.ts";
import { fetchBase, jobOf, type SendJobs } from "./internal.ts";

/** Further ones wait for the minute's look at what is left to do. */
const WOKEN_AT_ONCE = 100;

/** With all that is in it: nothing of it is found from now on; files and vectors go in the background. */
export async function deleteKnowledgeBase(ctx: Ctx, id: string, send: SendJobs): Promise<void> {
  requirePermission(ctx, "knowledge.write");
  await fetchBase(ctx, id);
  const { d1, orm } = ctx.db;
  const marked = orm
    .update(knowledgeDocuments)
    .set({ status: "deleting", sha256: null, updatedAt: ctx.now() })
    .where(eq(knowledgeDocuments.baseId, id))
    .returning({ id: knowledgeDocuments.id });
  const removed = orm.delete(knowledgeBases).where(eq(knowledgeBases.id, id));
  const [documents] = await orm.batch([marked, removed]);
  // Only now, when nobody can write passages of them any more.
  await d1.batch([d1.prepare(deleteWordsOfBase).bind(id), d1.prepare(deleteChunksOfBase).bind(id)]);
  await send(documents.slice(0, WOKEN_AT_ONCE).map((row) => jobOf(ctx, row.id)));
}
