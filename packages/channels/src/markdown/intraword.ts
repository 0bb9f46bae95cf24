import type { Token } from "marked";

const WRITTEN = /[\p{Script=Latin}\p{N}]/u;
const EMPHASIS = new Set(["em", "strong", "del"]);
const DIGIT = /\p{N}/u;

/**
 * Markdown reads `2*3*4` as 2, an emphasised 3, and 4. In a chat that is a sum, as `a*b*c` is a formula: single signs
 * within a word, and double ones within a number, are what was typed.
 */
export function isTyped(tokens: readonly Token[], index: number): boolean {
  const sign = /^(?:\*\*?|~)(?![*~])/.exec(tokens[index]?.raw ?? "")?.[0];
  const token = tokens[index];
  if (token === undefined || sign === undefined || !EMPHASIS.has(token.type)) return false;
  const before = tokens[index - 1]?.raw.slice(-1) ?? "";
  const after = tokens[index + 1]?.raw.slice(0, 1) ?? "";
  if (sign.length === 1) return WRITTEN.test(before) || WRITTEN.test(after);
  const inner = token.raw.slice(sign.length, -sign.length);
  return (DIGIT.test(before) && DIGIT.test(inner.slice(0, 1))) || (DIGIT.test(after) && DIGIT.test(inner.slice(-1)));
}

export const signOf = (raw: string): string => /^(?:\*\*?|~)/.exec(raw)?.[0] ?? "";
