/** One every so often and a burst after a rest, by the clock that is handed in. */
export class Buckets {
  readonly #everyMs: number;
  readonly #burst: number;
  refused = 0;
  readonly #levels = new Map<string, { left: number; at: number }>();

  constructor(everyMs: number, burst: number) {
    this.#everyMs = everyMs;
    this.#burst = burst;
  }

  take(key: string, now: number): boolean {
    const known = this.#levels.get(key) ?? { left: this.#burst, at: now };
    const left = Math.min(this.#burst, known.left + (now - known.at) / this.#everyMs);
    const taken = left >= 1;
    if (!taken) this.refused++;
    this.#levels.set(key, { left: taken ? left - 1 : left, at: now });
    return taken;
  }
}
