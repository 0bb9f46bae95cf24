import { isAppError } from "./errors.ts";

type Entry<V> = { value: V; loadedAt: number };

/**
 * Values an isolate may keep for a moment. When loading fails an old value goes on serving,
 * so that an outage of the configuration store does not become ours. That something is not there any more is no failure.
 */
export class StaleCache<V> {
  readonly #entries = new Map<string, Entry<V>>();
  readonly #freshMs: number;
  readonly #staleMs: number;
  readonly #capacity: number;

  constructor({ freshMs = 30_000, staleMs = 86_400_000, capacity = 1000 } = {}) {
    this.#freshMs = freshMs;
    this.#staleMs = staleMs;
    this.#capacity = capacity;
  }

  async get(key: string, now: number, load: () => Promise<V>): Promise<V> {
    const known = this.#entries.get(key);
    if (known !== undefined && now - known.loadedAt < this.#freshMs) return known.value;
    try {
      // Two callers may load at once: a promise of one request must not be awaited by another, which would hang with it.
      const value = await load();
      // What is not there takes no place: made-up keys must not push out what others need.
      if (value === null && known === undefined) return value;
      this.#put(key, { value, loadedAt: now });
      return value;
    } catch (error) {
      if (isAppError(error, "NOT_FOUND")) this.#entries.delete(key);
      else if (known !== undefined && now - known.loadedAt < this.#staleMs) return known.value;
      throw error;
    }
  }

  #put(key: string, entry: Entry<V>): void {
    this.#entries.delete(key);
    this.#entries.set(key, entry);
    const oldest = this.#entries.keys().next();
    if (this.#entries.size > this.#capacity && !oldest.done) this.#entries.delete(oldest.value);
  }
}
