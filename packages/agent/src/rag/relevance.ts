import type { Passage } from "@charla/domain/knowledge";

/**
 * Chosen with `npm run bench:rag` by the questions that are not held back. One passage above the first pair says that
 * the knowledge is about this at all; then every one above the second is shown, because what ranks below the best may
 * still be the answer.
 */
const SURE = { coverage: 0.28, nearness: 0.18, words: 2 };
const POSSIBLE = { coverage: 0.1, nearness: 0.08, words: 2 };
/** Where too few vectors were found to tell, what unrelated texts have in common under most models. */
const USUAL_BACKGROUND = 0.35;
const ENOUGH_TO_TELL = 10;

/**
 * How alike any two texts are differs from model to model, so a cosine alone says little: what counts is how far it
 * stands out from the end of the list.
 */
export function backgroundOf(list: readonly { score: number }[]): number {
  return list.length < ENOUGH_TO_TELL ? USUAL_BACKGROUND : (list.at(-1)?.score ?? USUAL_BACKGROUND);
}

const nearness = (vector: Passage["vector"], background: number): number =>
  vector === null ? 0 : (vector.score - background) / (1 - background || 1);

type Weighed = Pick<Passage, "coverage" | "words" | "vector">;

/** What of a list is worth showing: nothing at all where nothing stands out. */
export function relevant<T extends Weighed>(list: readonly T[], background: number): T[] {
  // Of a long question one passage may hold few words, and yet two of them together are no accident.
  const passes = ({ coverage, words, vector }: Weighed, least: typeof SURE): boolean =>
    coverage >= least.coverage || words >= least.words || nearness(vector, background) >= least.nearness;
  if (!list.some((passage) => passes(passage, SURE))) return [];
  return list.filter((passage) => passes(passage, POSSIBLE));
}
