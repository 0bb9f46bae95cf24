import type { Passage } from "@charla/domain/knowledge";
import { type FoundChunk, type Place, placeKey } from "./place.ts";

export type Ranked = { chunk: FoundChunk; lexical: Passage["lexical"]; vector: Passage["vector"]; score: number };

type Scored = Place & { score: number };

/** How slowly a place in a list loses weight: the first place counts 1/(K+1). */
const K = 20;

/**
 * Reciprocal rank fusion: BM25 and cosine cannot be compared, places can. Equal scores go to the passage that stands
 * earlier in its document.
 */
export function fused(lexical: readonly Scored[], vector: readonly Scored[], chunks: readonly FoundChunk[]): Ranked[] {
  const places = { lexical: placesIn(lexical), vector: placesIn(vector) };
  return chunks
    .map((chunk): Ranked => {
      const key = placeKey(chunk);
      const found = { lexical: places.lexical.get(key) ?? null, vector: places.vector.get(key) ?? null };
      return { chunk, ...found, score: weight(found.lexical) + weight(found.vector) };
    })
    .toSorted((a, b) => b.score - a.score || a.chunk.n - b.chunk.n);
}

const placesIn = (list: readonly Scored[]): Map<string, { rank: number; score: number }> =>
  new Map(list.map((item, at) => [placeKey(item), { rank: at + 1, score: item.score }]));

const weight = (place: { rank: number } | null): number => (place === null ? 0 : 1 / (K + place.rank));
