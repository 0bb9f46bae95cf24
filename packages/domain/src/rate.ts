/** A token bucket: one every `everyMs`, and so many at once after a rest. */
export type Rate = { everyMs: number; burst: number };

/**
 * When the next one may go, and what to remember for the one after it (`full`: the instant at which the bucket is full
 * again; zero for a bucket that nobody has used).
 */
export function nextSlot(full: number, now: number, { everyMs, burst }: Rate): { at: number; full: number } {
  const at = Math.max(now, full - (burst - 1) * everyMs);
  return { at, full: Math.max(full, at) + everyMs };
}
