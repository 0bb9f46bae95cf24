/**
 * Tokens of a text without a tokenizer: counted per kind of character, at rates fitted to o200k and cl100k so that
 * windows and budgets err to the safe side (the test shows by how much, for every kind of text).
 */
export function estimateTokens(text: string): number {
  let tokens = 0;
  let before = SPACE;
  for (let i = 0; i < text.length; i++) {
    const code = text.charCodeAt(i);
    const kind = code < 128 ? (ASCII[code] ?? MARK) : code < 0x250 ? ACCENTED : WIDE;
    if (kind === WIDE) tokens += perUnit(code);
    else {
      tokens += EACH[kind] ?? 1;
      // A run costs its first token; one glued to another run (`A17x`) splits more.
      if (isWord(kind) && !isWord(before)) tokens += before === DIGIT ? GLUED : WORD;
      else if (kind === DIGIT && before !== DIGIT) tokens += isWord(before) ? GLUED : NUMBER;
    }
    before = kind;
  }
  return Math.ceil(tokens);
}

/** A prompt's messages cost a few tokens each for the frame that carries them. */
export const MESSAGE_OVERHEAD_TOKENS = 4;

const SPACE = 0;
const LETTER = 1;
const CAPITAL = 2;
const ACCENTED = 3;
const DIGIT = 4;
const MARK = 5;
const WIDE = 6;

const EACH: readonly number[] = [0.04, 0.16, 0.28, 0.7, 0.4, 0.75];
const WORD = 0.7;
const NUMBER = 0.4;
const GLUED = 0.5;

const isWord = (kind: number): boolean => kind >= LETTER && kind <= ACCENTED;

const ASCII: readonly number[] = Array.from({ length: 128 }, (_, code) => {
  const char = String.fromCharCode(code);
  if (code <= 32) return SPACE;
  if (/[0-9]/.test(char)) return DIGIT;
  if (/[a-z]/.test(char)) return LETTER;
  return /[A-Z]/.test(char) ? CAPITAL : MARK;
});

/** Tokens per UTF-16 unit outside Latin. Surrogates come in pairs, so a pictograph counts twice. */
function perUnit(code: number): number {
  if (code >= 0xd800 && code <= 0xdfff) return 1.3;
  if (code >= 0xac00 && code <= 0xd7a3) return 1;
  if (code >= 0x2e80) return 1;
  if (code >= 0x2000) return 1;
  // Cyrillic and Greek are common in vocabularies, the scripts further up are not.
  return code < 0x530 ? 0.5 : 0.8;
}
