import type { KnowledgeBaseRow } from "@charla/db/tenant/knowledge-bases";
import type { KnowledgeDocumentRow } from "@charla/db/tenant/knowledge-documents";
import { DOCUMENT_ERRORS } from "@charla/domain/knowledge";
import * as z from "zod";
import { isoTime, PageInput } from "../paging.ts";
import { reasonWords } from "./reasons.ts";

const Name = z.string().trim().min(1).max(120);
const Description = z.string().max(1000);

export const CreateKnowledgeBaseInput = z.strictObject({ name: Name, description: Description.default("") });
export type CreateKnowledgeBaseInput = z.infer<typeof CreateKnowledgeBaseInput>;

export const UpdateKnowledgeBaseInput = z.strictObject({ name: Name.optional(), description: Description.optional() });
export type UpdateKnowledgeBaseInput = z.infer<typeof UpdateKnowledgeBaseInput> & { ifVersion?: number };

export const KnowledgeBaseOut = z
  .object({
    id: z.string(),
    name: z.string(),
    description: z.string(),
    version: z.int(),
    createdAt: z.string(),
    updatedAt: z.string(),
  })
  .meta({ id: "KnowledgeBase" });
export type KnowledgeBaseOut = z.infer<typeof KnowledgeBaseOut>;

export const CreateAnswerInput = z.strictObject({
  question: z.string().trim().min(1).max(1000),
  answer: z.string().trim().min(1).max(10_000),
});
export type CreateAnswerInput = z.infer<typeof CreateAnswerInput>;

const VisibleStatus = z.enum(["queued", "reading", "ready", "failed"]);

export const ListDocumentsInput = PageInput.extend({ status: VisibleStatus.optional() });
export type ListDocumentsInput = z.infer<typeof ListDocumentsInput> & { baseId: string };

export const KnowledgeDocumentOut = z
  .object({
    id: z.string(),
    knowledgeBaseId: z.string(),
    kind: z.enum(["file", "answer"]),
    title: z.string(),
    mime: z.string().describe("By its bytes"),
    size: z.int(),
    sha256: z.string().nullable().describe("Of the content; the same content twice in a base is one document"),
    question: z.string().nullable(),
    answer: z.string().nullable(),
    status: VisibleStatus.describe("Found by its words as soon as it has passages, by meaning when it is `ready`"),
    error: z
      .object({ code: z.enum(DOCUMENT_ERRORS), es: z.string(), en: z.string() })
      .nullable()
      .describe("Why it could not be read"),
    language: z.string().nullable(),
    truncated: z.boolean().describe("It is longer than what is read of one document"),
    passages: z.int(),
    indexedPassages: z.int().describe("How many of them are found by meaning, too"),
    createdAt: z.string(),
    updatedAt: z.string(),
  })
  .meta({ id: "KnowledgeDocument" });
export type KnowledgeDocumentOut = z.infer<typeof KnowledgeDocumentOut>;

export const SearchKnowledgeInput = z.strictObject({
  query: z.string().trim().min(1).max(2000),
  knowledgeBaseIds: z
    .array(z.string().regex(/^kb_[0-9a-hjkmnp-tv-z]{26}$/))
    .min(1)
    .max(10),
  limit: z.int().min(1).max(10).default(5),
});
export type SearchKnowledgeInput = z.infer<typeof SearchKnowledgeInput>;

const Place = z.object({ rank: z.int(), score: z.number() }).nullable();

export const KnowledgeSearchOut = z
  .object({
    query: z.string(),
    terms: z.array(z.string()).describe("What was looked for by words: their stems"),
    found: z.boolean().describe("False: nothing is relevant enough, and an agent is told so"),
    dropped: z.int().describe("Found, and left out as not relevant enough"),
    degraded: z.enum(["vector", "lexical", "all"]).nullable().describe("What could not be asked this time"),
    ms: z.number(),
    passages: z.array(
      z.object({
        documentId: z.string(),
        knowledgeBaseId: z.string(),
        n: z.int().describe("Its place in the document"),
        title: z.string(),
        heading: z.string(),
        text: z.string(),
        language: z.string(),
        score: z.number().describe("Of both lists together; what the order is by"),
        coverage: z.number().describe("Share of the question's words that it holds, rare ones weighing more"),
        words: z.int().describe("How many of the question's words it holds"),
        lexical: Place.describe("By words: place and BM25"),
        vector: Place.describe("By meaning: place and cosine"),
      }),
    ),
  })
  .meta({ id: "KnowledgeSearch" });
export type KnowledgeSearchOut = z.infer<typeof KnowledgeSearchOut>;

export const KnowledgeGapOut = z
  .object({
    conversationId: z.string(),
    turn: z.int().nullable(),
    agentId: z.string(),
    query: z.string().nullable().describe("Null where the contact was erased"),
    at: z.string(),
  })
  .meta({ id: "KnowledgeGap" });
export type KnowledgeGapOut = z.infer<typeof KnowledgeGapOut>;

export const toKnowledgeBaseOut = (row: KnowledgeBaseRow): KnowledgeBaseOut => ({
  id: row.id,
  name: row.name,
  description: row.description,
  version: row.version,
  createdAt: isoTime(row.createdAt),
  updatedAt: isoTime(row.updatedAt),
});

export const toDocumentOut = (row: KnowledgeDocumentRow): KnowledgeDocumentOut => ({
  id: row.id,
  knowledgeBaseId: row.baseId,
  kind: row.kind,
  title: row.title,
  mime: row.mime,
  size: row.size,
  sha256: row.sha256,
  question: row.question,
  answer: row.answer,
  status: VisibleStatus.parse(row.status),
  error: row.error === null ? null : { code: row.error, ...reasonWords[row.error] },
  language: row.language,
  truncated: row.truncated,
  passages: row.chunks,
  indexedPassages: row.embedded,
  createdAt: isoTime(row.createdAt),
  updatedAt: isoTime(row.updatedAt),
});
