let last = 0;

/**
 * Digits that no earlier start has given to anybody: what the vendors' side forgets at each start, the platform
 * remembers, and a message with the id of an old one would be taken for its repetition.
 */
export function freshDigits(count: number): string {
  last = Math.max(last + 1, Math.floor(Date.now() / 1000) * 10);
  return String(last).slice(-count).padStart(count, "0");
}
