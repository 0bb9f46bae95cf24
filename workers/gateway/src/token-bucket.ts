type Bucket = { tokens: number; at: number };

/** A small limiter within one isolate: good enough against one page that hammers, and costs no call. */
export class TokenBuckets {
  readonly #buckets = new Map<string, Bucket>();
  readonly #burst: number;
  readonly #perSecond: number;
  readonly #capacity: number;

  constructor(burst: number, perSecond: number, capacity = 10_000) {
    this.#burst = burst;
    this.#perSecond = perSecond;
    this.#capacity = capacity;
  }

  /** Milliseconds to wait, 0 when one may go on now. */
  take(key: string, now: number): number {
    const known = this.#buckets.get(key);
    const refilled = known === undefined ? this.#burst : known.tokens + ((now - known.at) / 1000) * this.#perSecond;
    const tokens = Math.min(this.#burst, refilled);
    const granted = tokens >= 1;
    this.#buckets.delete(key);
    this.#buckets.set(key, { tokens: granted ? tokens - 1 : tokens, at: now });
    const oldest = this.#buckets.keys().next();
    if (this.#buckets.size > this.#capacity && !oldest.done) this.#buckets.delete(oldest.value);
    return granted ? 0 : Math.ceil(((1 - tokens) / this.#perSecond) * 1000);
  }
}
