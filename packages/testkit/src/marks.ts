/**
 * Every message of a test carries a mark `m:<conversation>-<n>`, so that each stand-in can say, from what it was sent,
 * which messages it has seen, how often and in which order.
 */
const MARK = /\bm:([a-z0-9]+)-(\d+)\b/g;

export type Mark = { conversation: string; n: number };

export const markOf = (conversation: string, n: number): string => `m:${conversation}-${n}`;
export const markText = (mark: Mark): string => markOf(mark.conversation, mark.n);

export function marksIn(text: string): Mark[] {
  return [...text.matchAll(MARK)].map((match) => ({ conversation: match[1] ?? "", n: Number(match[2]) }));
}
