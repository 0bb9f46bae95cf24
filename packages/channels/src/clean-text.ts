/** Longest text of one message that is kept, in UTF-16 units; the rest is cut and the message says so. */
export const MAX_TEXT = 100_000;

const NUL = /\0/g;

/**
 * SQLite ends a text's length at NUL and stores a lone surrogate as three replacement characters, so neither gets in:
 * what is stored is then what was accepted.
 */
export function wellFormed(text: string): string {
  const whole = text.isWellFormed() ? text : text.toWellFormed();
  return whole.includes("\0") ? whole.replace(NUL, "") : whole;
}

/** Cuts at a code point, never between the halves of a surrogate pair. */
export function cutAt(text: string, max: number): string {
  if (text.length <= max) return text;
  const last = text.charCodeAt(max - 1);
  return text.slice(0, last >= 0xd800 && last <= 0xdbff ? max - 1 : max);
}
