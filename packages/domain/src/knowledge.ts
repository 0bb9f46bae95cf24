import * as z from "zod";

export type DocumentKind = "file" | "answer";
/** `deleting`: nobody sees it any more, only its vectors are still to be removed. */
export type DocumentStatus = "queued" | "reading" | "ready" | "failed" | "deleting";
/** Why a document has no text; the first six as the readers of files say it. */
export const DOCUMENT_ERRORS = [
  "missing",
  "unsupported",
  "broken",
  "locked",
  "empty",
  "too_large",
  "interrupted",
] as const;
export type DocumentError = (typeof DOCUMENT_ERRORS)[number];

/** Which knowledge an agent answers from. Without it nothing is looked up. */
export const KnowledgeSettings = z.object({
  bases: z
    .array(z.string().regex(/^kb_[0-9a-hjkmnp-tv-z]{26}$/))
    .min(1)
    .max(10)
    .describe("Ids of knowledge bases"),
  passages: z.int().min(1).max(10).default(5).describe("Passages that the model is shown at most"),
});
export type KnowledgeSettings = z.infer<typeof KnowledgeSettings>;

/** One passage that was found, with what both ways of looking say of it. */
export type Passage = {
  documentId: string;
  /** Its place in the document, from 0. */
  n: number;
  baseId: string;
  title: string;
  /** Titles above it, from the outermost in. */
  heading: string;
  text: string;
  language: string;
  /** By words: place in the list and BM25 (larger is better); null where the words did not find it. */
  lexical: { rank: number; score: number } | null;
  /** By meaning: place in the list and cosine; null where the vectors did not find it. */
  vector: { rank: number; score: number } | null;
  /** Share of the question's words that it holds, rare ones weighing more. */
  coverage: number;
  /** How many of the question's words it holds. */
  words: number;
  /** Of both lists together; what the order is by. */
  score: number;
};

export type Retrieved = {
  query: string;
  /** What was looked for, as the full-text index has it. */
  terms: string[];
  passages: Passage[];
  /** Found, and left out as not relevant enough. */
  dropped: number;
  /** What could not be asked this time. */
  degraded?: "vector" | "lexical" | "all";
  ms: number;
  tokens: number;
};

export type RetrievalRequest = { query: string; bases: string[]; limit: number };

/** Queue message `knowledge`: a document has something to be done; its row says what. */
export type KnowledgeJob = { v: 1; tenantId: string; documentId: string };

/** A passage's vector; ids of vectors take 64 bytes. */
export const vectorIdOf = (documentId: string, n: number): string => `${documentId}.${n}`;

export function placeOfVector(id: string): { documentId: string; n: number } | null {
  const found = /^(doc_[0-9a-z]{26})\.(\d{1,6})$/.exec(id);
  return found?.[1] === undefined ? null : { documentId: found[1], n: Number(found[2]) };
}

export const EMBEDDING = { model: "@cf/baai/bge-m3", dimensions: 1024, batch: 48 } as const;
