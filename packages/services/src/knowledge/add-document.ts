import { type KnowledgeDocumentRow, knowledgeDocuments } from "@charla/db/tenant/knowledge-documents";
import { AppError } from "@charla/domain/errors";
import { and, eq } from "drizzle-orm";
import type { Ctx } from "../context.ts";

type NewDocument = Pick<
  KnowledgeDocumentRow,
  "id" | "baseId" | "kind" | "title" | "fileKey" | "mime" | "size" | "question" | "answer"
> & { sha256: string };

/** The document of this content: a second one of the same in a base folds into the first. */
export async function addDocument(
  ctx: Ctx,
  document: NewDocument,
): Promise<{ row: KnowledgeDocumentRow; isNew: boolean }> {
  const now = ctx.now();
  const [row] = await ctx.db.orm
    .insert(knowledgeDocuments)
    .values({
      ...document,
      status: "queued",
      error: null,
      language: null,
      truncated: false,
      revision: 1,
      chunkedRevision: 0,
      attempts: 0,
      chunks: 0,
      embedded: 0,
      vectors: 0,
      createdAt: now,
      updatedAt: now,
    })
    .onConflictDoNothing()
    .returning();
  if (row !== undefined) return { row, isNew: true };
  const [known] = await ctx.db.orm
    .select()
    .from(knowledgeDocuments)
    .where(and(eq(knowledgeDocuments.baseId, document.baseId), eq(knowledgeDocuments.sha256, document.sha256)))
    .limit(1);
  // Deleted between the two statements.
  if (known === undefined) throw new AppError("CONFLICT", "the same document is being deleted");
  return { row: known, isNew: false };
}
