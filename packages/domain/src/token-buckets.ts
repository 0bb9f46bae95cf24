type Bucket = { tokens: number; at: number };

/** A small limiter within one isolate: good enough against one caller that hammers, and costs no call. */
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

  /** Milliseconds until one token is there; takes nothing. */
  wait(key: string, now: number): number {
    const missing = 1 - this.#tokens(key, now);
    return missing <= 0 ? 0 : Math.ceil((missing / this.#perSecond) * 1000);
  }

  /** Milliseconds to wait, 0 when one may go on now. */
  take(key: string, now: number): number {
    const wait = this.wait(key, now);
    this.charge(key, wait === 0 ? 1 : 0, now);
    return wait;
  }

  /** For what turned out to be more than one when it was already let in: the debt is paid by whoever comes next. */
  charge(key: string, tokens: number, now: number): void {
    const left = this.#tokens(key, now) - tokens;
    this.#buckets.delete(key);
    this.#buckets.set(key, { tokens: left, at: now });
    const oldest = this.#buckets.keys().next();
    if (this.#buckets.size > this.#capacity && !oldest.done) this.#buckets.delete(oldest.value);
  }

  #tokens(key: string, now: number): number {
    const known = this.#buckets.get(key);
    if (known === undefined) return this.#burst;
    return Math.min(this.#burst, known.tokens + (Math.max(0, now - known.at) / 1000) * this.#perSecond);
  }
}
