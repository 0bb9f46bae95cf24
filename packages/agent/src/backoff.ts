/** Full jitter: anywhere between nothing and the doubled step, so that failures do not come back in step. */
export function backoffMs(
  tries: number,
  options: { baseMs: number; capMs: number; atLeastMs?: number; random?: () => number },
): number {
  const ceiling = Math.min(options.capMs, options.baseMs * 2 ** Math.min(tries, 30));
  const random = options.random ?? Math.random;
  return Math.max(options.atLeastMs ?? 0, Math.round(ceiling * (0.25 + 0.75 * random())));
}
