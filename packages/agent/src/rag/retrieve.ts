import type { Passage, RetrievalRequest, Retrieved } from "@charla/domain/knowledge";
import { coverageIn } from "./coverage.ts";
import { fused, type Ranked } from "./fuse.ts";
import { type FoundChunk, type Place, placeKey } from "./place.ts";
import { backgroundOf, relevant } from "./relevance.ts";
import { termsOf } from "./words.ts";

/** Where both ways of looking go. `chunksAt` leaves out what is not there any more. */
export type RetrievalPorts = {
  lexical(match: string, limit: number): Promise<(FoundChunk & { score: number })[]>;
  vector(
    query: string,
    bases: readonly string[],
    limit: number,
  ): Promise<{ found: (Place & { score: number })[]; tokens: number }>;
  chunksAt(places: readonly Place[], bases: readonly string[]): Promise<FoundChunk[]>;
  now(): number;
};

/** How far down each list counts. */
const DEPTH = 30;
/** Only what may be shown is judged: far down every list something looks like something. */
const MAX_SHOWN = 10;
const MAX_QUERY = 2000;
const MAX_TERMS = 24;
const NOTHING = { found: [], tokens: 0 };

/** Looks by words and by meaning, puts the lists together and leaves out what is not about the question. Never throws. */
export async function retrieve(ports: RetrievalPorts, request: RetrievalRequest): Promise<Retrieved> {
  const startedAt = ports.now();
  const { passages, background, ...found } = await rank(ports, request);
  const shown = relevant(passages.slice(0, MAX_SHOWN), background);
  return {
    ...found,
    passages: shown.slice(0, request.limit),
    dropped: passages.length - shown.length,
    ms: ports.now() - startedAt,
  };
}

/** Everything that was found, best first, relevant or not. */
export async function rank(
  ports: RetrievalPorts,
  request: Omit<RetrievalRequest, "limit">,
): Promise<Omit<Retrieved, "dropped" | "ms"> & { background: number }> {
  const query = request.query.slice(0, MAX_QUERY).trim();
  const terms = [...new Set(termsOf(query))].slice(0, MAX_TERMS);
  const bases = [...new Set(request.bases)];
  if (terms.length === 0 || bases.length === 0) return { query, terms, passages: [], tokens: 0, background: 0 };
  const [lexical, vector] = await Promise.all([
    settled(ports.lexical(matchOf(terms, bases), DEPTH)),
    settled(ports.vector(query, bases, DEPTH)),
  ]);
  const { found, tokens } = vector ?? NOTHING;
  const chunks = await withMissing(ports, lexical ?? [], found, bases);
  const degraded = degradedBy(lexical, chunks === null ? null : vector);
  const passages = distinct(weighed(fused(lexical ?? [], found, chunks ?? lexical ?? []), terms));
  const background = backgroundOf(found);
  return { query, terms, passages, tokens, background, ...(degraded === undefined ? {} : { degraded }) };
}

/** Of the bases and of nothing else; the words are stems, so nothing of the question is syntax. */
export function matchOf(terms: readonly string[], bases: readonly string[]): string {
  const any = (words: readonly string[]): string => words.map((word) => `"${word}"`).join(" OR ");
  return `base:(${any(bases)}) AND {heading body}:(${any(terms)})`;
}

const settled = <T>(work: Promise<T>): Promise<T | null> => work.catch(() => null);

/** The chunks of both lists; those that only the vectors know are fetched. Null where they could not be. */
async function withMissing(
  ports: RetrievalPorts,
  lexical: readonly FoundChunk[],
  vector: readonly Place[],
  bases: readonly string[],
): Promise<FoundChunk[] | null> {
  const known = new Set(lexical.map(placeKey));
  const missing = vector.filter((place) => !known.has(placeKey(place)));
  if (missing.length === 0) return [...lexical];
  const fetched = await settled(ports.chunksAt(missing, bases));
  return fetched === null ? null : [...lexical, ...fetched];
}

function degradedBy(lexical: unknown, vector: unknown): Retrieved["degraded"] {
  if (lexical === null) return vector === null ? "all" : "lexical";
  return vector === null ? "vector" : undefined;
}

function weighed(ranked: readonly Ranked[], terms: readonly string[]): Passage[] {
  const held = coverageIn(
    terms,
    ranked.map(({ chunk }) => `${chunk.title} ${chunk.heading} ${chunk.text}`),
  );
  return ranked.map(({ chunk, lexical, vector, score }, at) => ({
    documentId: chunk.documentId,
    n: chunk.n,
    baseId: chunk.baseId,
    title: chunk.title,
    heading: chunk.heading,
    text: chunk.text,
    language: chunk.language,
    lexical,
    vector,
    coverage: held[at]?.coverage ?? 0,
    words: held[at]?.words ?? 0,
    score,
  }));
}

/** The same words in two documents say nothing twice. */
function distinct(passages: readonly Passage[]): Passage[] {
  const seen = new Set<string>();
  return passages.filter(({ text }) => !seen.has(text) && seen.add(text));
}
