export type Word = { text: string; start: number; end: number };

/**
 * Letters, digits and what hides between them. Scripts without spaces count by the letter, and a run without an end counts in pieces,
 * so that a stream never waits long for the end of a word.
 */
const WORD =
  /[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}]|(?:(?![\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}])[\p{L}\p{N}\p{M}\p{Cf}]){1,64}/gu;
const IGNORED = /[\p{M}\p{Cf}]/gu;
const ASCII = /^[\p{ASCII}]*$/u;

/** Words without case, accents, letter forms and invisible characters: what stays the same when a text is only dressed up. */
export function wordsOf(text: string): Word[] {
  const words: Word[] = [];
  for (const match of text.matchAll(WORD)) {
    const bare = plain(match[0]);
    if (bare !== "") words.push({ text: bare, start: match.index, end: match.index + match[0].length });
  }
  return words;
}

const plain = (word: string): string =>
  (ASCII.test(word) ? word : word.normalize("NFKD").replace(IGNORED, "")).toLowerCase();
