/** Least recently used entries leave first; an entry older than `maxAgeMs` counts as absent. */
export class Lru<V> {
  readonly #entries = new Map<string, { value: V; at: number }>();
  readonly #capacity: number;
  readonly #maxAgeMs: number;

  constructor(capacity: number, maxAgeMs: number = Number.POSITIVE_INFINITY) {
    this.#capacity = capacity;
    this.#maxAgeMs = maxAgeMs;
  }

  get(key: string, now: number = Date.now()): V | undefined {
    const entry = this.#entries.get(key);
    if (entry === undefined) return undefined;
    this.#entries.delete(key);
    if (now - entry.at > this.#maxAgeMs) return undefined;
    this.#entries.set(key, entry);
    return entry.value;
  }

  set(key: string, value: V, now: number = Date.now()): void {
    this.#entries.delete(key);
    this.#entries.set(key, { value, at: now });
    if (this.#entries.size <= this.#capacity) return;
    for (const oldest of this.#entries.keys()) {
      this.#entries.delete(oldest);
      return;
    }
  }

  delete(key: string): void {
    this.#entries.delete(key);
  }

  get size(): number {
    return this.#entries.size;
  }
}
