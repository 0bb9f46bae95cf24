import { termsOf } from "./words.ts";

/** How much of the question each text holds, from 0 to 1; a word that few of the texts hold weighs more. */
export function coverageIn(terms: readonly string[], texts: readonly string[]): { coverage: number; words: number }[] {
  const held = texts.map((text) => {
    const words = new Set(termsOf(text));
    return terms.map((term) => words.has(term));
  });
  const weights = terms.map((_, at) => {
    const holders = held.filter((row) => row[at]).length;
    return Math.log(1 + (texts.length + 1) / (holders + 0.5));
  });
  const total = weights.reduce((sum, weight) => sum + weight, 0);
  return held.map((row) => {
    const share = row.reduce((sum, holds, at) => sum + (holds ? (weights[at] ?? 0) : 0), 0);
    return { coverage: total === 0 ? 0 : share / total, words: row.filter(Boolean).length };
  });
}
