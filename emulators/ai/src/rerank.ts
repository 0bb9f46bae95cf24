import { cosine, embed } from "./embed.ts";
import { rank } from "./ranking.ts";

/** Scores between 0 and 1, best first, each with the position its text had in the request. */
export function rerank(query: string, texts: readonly string[], topK: number): { id: number; score: number }[] {
  const asked = embed(query);
  const sentences = texts.map((text) => ({ text, heading: "" }));
  const covered = new Map(rank(query, sentences).map((ranked) => [ranked.text, ranked.score]));
  return texts
    .map((text, id) => {
      const raw = 0.6 * (covered.get(text) ?? 0) + 0.4 * cosine(asked, embed(text));
      return { id, score: 1 / (1 + Math.exp(-10 * (raw - 0.35))) };
    })
    .toSorted((a, b) => b.score - a.score || a.id - b.id)
    .slice(0, topK);
}
