import * as sql from "@charla/db/knowledge/statements";
import { knowledgeBases } from "@charla/db/tenant/knowledge-bases";
import { type KnowledgeDocumentRow, knowledgeDocuments } from "@charla/db/tenant/knowledge-documents";
import { jsonParameters } from "@charla/db/upsert";
import type { DocumentError } from "@charla/domain/knowledge";
import { eq } from "drizzle-orm";
import { requirePermission } from "../auth/permissions.ts";
import type { Ctx } from "../context.ts";

/** As long as somebody may be silent over one batch of work. After it, whoever asks may go on. */
export const CLAIM_MS = 45_000;

export type NewChunk = {
  heading: string;
  body: string;
  language: string;
  /** Stems, for the full-text index. */
  headingTerms: string;
  bodyTerms: string;
};

/** The document, for whoever has something to do with it; the platform's own work only. */
export async function documentForWork(ctx: Ctx, documentId: string): Promise<KnowledgeDocumentRow | null> {
  requirePermission(ctx, "knowledge.write");
  const [row] = await ctx.db.orm
    .select()
    .from(knowledgeDocuments)
    .where(eq(knowledgeDocuments.id, documentId))
    .limit(1);
  return row ?? null;
}

/** Null while somebody else works on it, or when there is nothing to do. */
export async function claim(ctx: Ctx, documentId: string): Promise<KnowledgeDocumentRow | null> {
  const now = ctx.now();
  const claimed = await ctx.db.d1
    .prepare(sql.claimDocument)
    .bind(documentId, now, now - CLAIM_MS)
    .first();
  return claimed === null ? null : await documentForWork(ctx, documentId);
}

export async function baseExists(ctx: Ctx, baseId: string): Promise<boolean> {
  const rows = await ctx.db.orm
    .select({ id: knowledgeBases.id })
    .from(knowledgeBases)
    .where(eq(knowledgeBases.id, baseId));
  return rows.length > 0;
}

/** What was there before goes and the new is there in one transaction. False when the order is out of date. */
export async function replaceChunks(
  ctx: Ctx,
  { id, revision, baseId }: KnowledgeDocumentRow,
  chunks: readonly NewChunk[],
  about: { language: string; truncated: boolean },
): Promise<boolean> {
  const { d1 } = ctx.db;
  const rows = chunks.map((chunk, n) => [
    n,
    chunk.heading,
    chunk.body,
    chunk.language,
    chunk.headingTerms,
    chunk.bodyTerms,
  ]);
  const inserts = jsonParameters(rows).flatMap((parameter) => [
    d1.prepare(sql.insertChunks).bind(id, revision, baseId, parameter),
    d1.prepare(sql.insertChunkWords).bind(id, revision, baseId, parameter),
  ]);
  const { language, truncated } = about;
  const mark = d1.prepare(sql.markChunked).bind(id, revision, chunks.length, language, Number(truncated), ctx.now());
  const before = [d1.prepare(sql.deleteWordsOfDocument).bind(id), d1.prepare(sql.deleteChunksOfDocument).bind(id)];
  const results = await d1.batch([...before, ...inserts, mark]);
  return (results.at(-1)?.results.length ?? 0) > 0;
}

export type Unembedded = { n: number; heading: string; body: string };

export async function nextUnembedded(ctx: Ctx, documentId: string, limit: number): Promise<Unembedded[]> {
  const { results } = await ctx.db.d1.prepare(sql.selectUnembedded).bind(documentId, limit).all<Unembedded>();
  return results;
}

/** False when the document has been deleted or is to be read again: then these vectors are of no use. */
export async function markEmbedded(
  ctx: Ctx,
  { id, revision }: KnowledgeDocumentRow,
  places: readonly number[],
): Promise<boolean> {
  const { d1 } = ctx.db;
  const [, counted] = await d1.batch([
    d1.prepare(sql.markChunksEmbedded).bind(id, JSON.stringify(places)),
    d1.prepare(sql.countEmbedded).bind(id, revision, ctx.now()),
  ]);
  return (counted?.results.length ?? 0) > 0;
}

export async function finish(ctx: Ctx, { id, revision }: KnowledgeDocumentRow): Promise<void> {
  await ctx.db.d1.prepare(sql.finishDocument).bind(id, revision, ctx.now()).run();
}

export async function fail(ctx: Ctx, { id, revision }: KnowledgeDocumentRow, why: DocumentError): Promise<void> {
  await ctx.db.d1.prepare(sql.failDocument).bind(id, revision, why, ctx.now()).run();
}

/** Put down unfinished, so that the next who asks goes on at once. */
export async function release(ctx: Ctx, { id, revision }: KnowledgeDocumentRow): Promise<void> {
  await ctx.db.d1.prepare(sql.releaseDocument).bind(id, revision, ctx.now()).run();
}

export async function markDeleting(ctx: Ctx, documentId: string): Promise<void> {
  await ctx.db.d1.prepare(sql.markDeleting).bind(documentId, ctx.now()).run();
}

/** The last trace, once nothing of it is left outside. */
export async function forget(ctx: Ctx, documentId: string): Promise<void> {
  const { d1, orm } = ctx.db;
  await d1.batch([
    d1.prepare(sql.deleteWordsOfDocument).bind(documentId),
    d1.prepare(sql.deleteChunksOfDocument).bind(documentId),
  ]);
  await orm.delete(knowledgeDocuments).where(eq(knowledgeDocuments.id, documentId));
}
