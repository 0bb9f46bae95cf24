import { matchOf, rank as rankAll, retrieve } from "@charla/agent/rag/retrieve";
import type { Place } from "@charla/agent/rag/place";
import { termsOf } from "@charla/agent/rag/words";
import { passages, questions, unanswerable, type Question } from "./corpus.ts";
import type { Embed } from "./embeddings.ts";
import { BASE, Store } from "./store.ts";

export const AT = 5;
/** `hybrid` is the order of both lists together, `shown` what the relevance floor leaves of it: what a turn gets. */
const WAYS = ["lexical", "vector", "hybrid", "shown"] as const;
export type Way = (typeof WAYS)[number];
export type Score = { recall: number; mrr: number };
export type Part = { part: "tuning" | "held back" | "all"; questions: number } & Record<Way, Score>;
export type Quality = { passages: number; parts: Part[]; refused: number; unanswerable: number; misses: string[] };

/** Every question looked up by words alone, by vectors alone and by both, as a turn does it. */
export async function measureQuality(embed: Embed): Promise<Quality> {
  const corpus = passages();
  const store = await Store.of(corpus, embed);
  const answerOf = ({ document, heading }: Question): number => {
    const found = corpus.find((passage) => passage.document === document && passage.heading.endsWith(heading));
    if (found === undefined) throw new Error(`no passage ${document} | ${heading}`);
    return found.n;
  };
  const asked = questions();
  const ranks: Record<Way, number[]> = { lexical: [], vector: [], hybrid: [], shown: [] };
  const misses: string[] = [];
  for (const question of asked) {
    const rankIn = placeOf(question.document, answerOf(question));
    const match = matchOf([...new Set(termsOf(question.text))], [BASE]);
    ranks.lexical.push(rankIn(await store.ports.lexical(match, AT)));
    ranks.vector.push(rankIn(await store.nearest(question.text, AT)));
    const rank = rankIn((await retrieve(store.ports, { query: question.text, bases: [BASE], limit: AT })).passages);
    ranks.hybrid.push(rankIn((await rankAll(store.ports, { query: question.text, bases: [BASE] })).passages));
    ranks.shown.push(rank);
    if (rank === 0 && !question.held) misses.push(`${question.document} | ${question.heading} | ${question.text}`);
  }
  const part = (name: Part["part"], of: (question: Question) => boolean): Part => {
    const chosen = asked.flatMap((question, at) => (of(question) ? [at] : []));
    const scoreOf = (way: Way): Score => score(chosen.map((at) => ranks[way][at] ?? 0));
    return {
      part: name,
      questions: chosen.length,
      lexical: scoreOf("lexical"),
      vector: scoreOf("vector"),
      hybrid: scoreOf("hybrid"),
      shown: scoreOf("shown"),
    };
  };
  const strange = unanswerable();
  let refused = 0;
  for (const query of strange)
    if ((await retrieve(store.ports, { query, bases: [BASE], limit: AT })).passages.length === 0) refused++;
  return {
    passages: corpus.length,
    parts: [part("tuning", ({ held }) => !held), part("held back", ({ held }) => held), part("all", () => true)],
    refused,
    unanswerable: strange.length,
    misses,
  };
}

/** From 1; 0 where it is not in the list. */
const placeOf =
  (document: string, n: number) =>
  (list: readonly Place[]): number =>
    list.slice(0, AT).findIndex((place) => place.documentId === document && place.n === n) + 1;

const score = (ranks: readonly number[]): Score => ({
  recall: ranks.filter((rank) => rank > 0).length / ranks.length,
  mrr: ranks.reduce((sum, rank) => sum + (rank > 0 ? 1 / rank : 0), 0) / ranks.length,
});
