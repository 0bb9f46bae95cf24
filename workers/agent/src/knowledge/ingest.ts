import { chunksOf } from "@charla/agent/rag/chunk";
import { languageOf, termsOf } from "@charla/agent/rag/words";
import type { KnowledgeDocumentRow } from "@charla/db/tenant/knowledge-documents";
import { type DocumentError, EMBEDDING } from "@charla/domain/knowledge";
import type { DocumentReading } from "@charla/domain/rpc";
import type { Ctx } from "@charla/services/context";
import * as work from "@charla/services/knowledge/work";
import { openKnowledge } from "./open.ts";
import { deleteVectors, storeVectors } from "./vectors.ts";

/** Tries over all lives before a document is given up; what was read of it is found all the same. */
const MAX_ATTEMPTS = 8;

export type Ingested = "done" | "nothing" | "again";

/**
 * Does what is to be done about one document, from where the last try came to: every step leaves behind how far it is,
 * and repeating one changes nothing.
 */
export async function ingest(env: AgentEnv, tenantId: string, documentId: string): Promise<Ingested> {
  const ctx = await openKnowledge(env, tenantId);
  const known = await work.documentForWork(ctx, documentId);
  if (known === null) return "nothing";
  if (known.status === "deleting") return await remove(env, ctx, known);
  const document = await work.claim(ctx, documentId);
  if (document === null) return "nothing";
  try {
    if (!(await work.baseExists(ctx, document.baseId))) {
      await work.markDeleting(ctx, documentId);
      return "again";
    }
    return await read(env, ctx, document);
  } catch (error) {
    if (document.attempts >= MAX_ATTEMPTS) {
      await work.fail(ctx, document, "interrupted");
      return "done";
    }
    await work.release(ctx, document);
    throw error;
  }
}

async function read(env: AgentEnv, ctx: Ctx, document: KnowledgeDocumentRow): Promise<Ingested> {
  if (document.chunkedRevision !== document.revision) {
    const refused = await chunk(env, ctx, document);
    if (refused === "outdated") return "again";
    if (refused !== null) {
      await work.fail(ctx, document, refused);
      return "done";
    }
  }
  return await embedAll(env, ctx, document);
}

/** The passages, in place and found by their words; or why there are none. */
async function chunk(
  env: AgentEnv,
  ctx: Ctx,
  document: KnowledgeDocumentRow,
): Promise<DocumentError | "outdated" | null> {
  const reading = await textOf(env, ctx, document);
  if (reading.status === "unreadable") return reading.reason;
  const { chunks, complete } = chunksOf(reading.text);
  if (chunks.length === 0) return "empty";
  const rows = chunks.map((part) => ({
    ...part,
    headingTerms: termsOf(`${document.title} ${part.heading}`).join(" "),
    bodyTerms: termsOf(part.body).join(" "),
  }));
  const about = { language: languageOf(reading.text), truncated: reading.truncated || !complete };
  return (await work.replaceChunks(ctx, document, rows, about)) ? null : "outdated";
}

const textOf = async (env: AgentEnv, ctx: Ctx, document: KnowledgeDocumentRow): Promise<DocumentReading> =>
  document.kind === "answer"
    ? { status: "read", text: `${document.question ?? ""}\n\n${document.answer ?? ""}`, truncated: false }
    : await env.TOOLS.readDocument({ tenantId: ctx.tenantId, key: document.fileKey, whole: true });

async function embedAll(env: AgentEnv, ctx: Ctx, document: KnowledgeDocumentRow): Promise<Ingested> {
  const { id, baseId, title } = document;
  const place = { tenantId: ctx.tenantId, baseId, documentId: id };
  for (;;) {
    const batch = await work.nextUnembedded(ctx, id, EMBEDDING.batch);
    if (batch.length === 0) break;
    const passages = batch.map(({ n, heading, body }) => ({ n, text: embeddedText(title, heading, body) }));
    await storeVectors(env, place, passages);
    const places = batch.map(({ n }) => n);
    // Deleted or ordered anew meanwhile. Of a deleted one, whoever removes it may have been here before these were.
    if (!(await work.markEmbedded(ctx, document, places))) return await outdated(env, ctx, id, places);
  }
  const now = await work.documentForWork(ctx, id);
  if (now !== null) await deleteVectors(env, id, now.chunks, now.vectors);
  await work.finish(ctx, document);
  return "done";
}

async function outdated(env: AgentEnv, ctx: Ctx, documentId: string, places: readonly number[]): Promise<Ingested> {
  const now = await work.documentForWork(ctx, documentId);
  if (now !== null && now.status !== "deleting") return "again";
  await deleteVectors(env, documentId, Math.min(...places), Math.max(...places) + 1);
  return now === null ? "done" : "again";
}

/** What a passage is about stands above it. */
const embeddedText = (title: string, heading: string, body: string): string =>
  [[title, heading].filter((part) => part !== "").join(" > "), body].join("\n");

async function remove(env: AgentEnv, ctx: Ctx, { id, vectors, fileKey }: KnowledgeDocumentRow): Promise<Ingested> {
  await deleteVectors(env, id, 0, vectors);
  if (fileKey !== "") await env.FILES.delete(fileKey);
  await work.forget(ctx, id);
  return "done";
}
