import { knowledgeBases, type KnowledgeBaseRow } from "@charla/db/tenant/knowledge-bases";
import { type KnowledgeDocumentRow, knowledgeDocuments } from "@charla/db/tenant/knowledge-documents";
import { AppError } from "@charla/domain/errors";
import type { KnowledgeJob } from "@charla/domain/knowledge";
import { and, count, eq, inArray, ne } from "drizzle-orm";
import type { Ctx } from "../context.ts";

/** Wakes whoever reads documents. A message that is lost costs time only: the row says what is to be done. */
export type SendJobs = (jobs: KnowledgeJob[]) => Promise<void>;

export const MAX_BASES = 100;
export const MAX_DOCUMENTS = 5000;

export const jobOf = ({ tenantId }: Ctx, documentId: string): KnowledgeJob => ({ v: 1, tenantId, documentId });

export async function fetchBase({ db }: Ctx, id: string): Promise<KnowledgeBaseRow> {
  const [row] = await db.orm.select().from(knowledgeBases).where(eq(knowledgeBases.id, id)).limit(1);
  if (row === undefined) throw new AppError("NOT_FOUND", `no knowledge base ${id}`);
  return row;
}

const STALE_MS = 60_000;

/** Whoever looks at a document that nobody has touched for a while wakes its reader again. */
export async function wakeStale(ctx: Ctx, rows: readonly KnowledgeDocumentRow[], send: SendJobs): Promise<void> {
  const before = ctx.now() - STALE_MS;
  const stale = rows.filter(
    ({ status, updatedAt }) => (status === "queued" || status === "reading") && updatedAt < before,
  );
  if (stale.length > 0) await send(stale.map(({ id }) => jobOf(ctx, id)));
}

type DocumentPlace = { baseId: string; documentId: string };

/** What is being deleted is not there for anybody. */
export async function fetchDocument({ db }: Ctx, { baseId, documentId }: DocumentPlace): Promise<KnowledgeDocumentRow> {
  const [row] = await db.orm
    .select()
    .from(knowledgeDocuments)
    .where(
      and(
        eq(knowledgeDocuments.id, documentId),
        eq(knowledgeDocuments.baseId, baseId),
        ne(knowledgeDocuments.status, "deleting"),
      ),
    )
    .limit(1);
  if (row === undefined) throw new AppError("NOT_FOUND", `no document ${documentId}`);
  return row;
}

/** Every one of them, or the first that is not there by name. */
export async function requireBases({ db }: Ctx, ids: readonly string[], path: string): Promise<void> {
  const rows = await db.orm
    .select({ id: knowledgeBases.id })
    .from(knowledgeBases)
    .where(inArray(knowledgeBases.id, [...ids]));
  const missing = ids.find((id) => !rows.some((row) => row.id === id));
  if (missing === undefined) return;
  throw new AppError("UNPROCESSABLE", `no knowledge base ${missing}`, {
    fields: [{ path, message: `Unknown knowledge base ${missing}` }],
  });
}

export async function requireRoom({ db }: Ctx, baseId: string): Promise<void> {
  const [row] = await db.orm
    .select({ count: count() })
    .from(knowledgeDocuments)
    .where(and(eq(knowledgeDocuments.baseId, baseId), ne(knowledgeDocuments.status, "deleting")));
  if ((row?.count ?? 0) < MAX_DOCUMENTS) return;
  throw new AppError("LIMIT_EXCEEDED", `base ${baseId} is full`, {
    publicMessage: `A knowledge base holds at most ${MAX_DOCUMENTS} documents`,
  });
}
