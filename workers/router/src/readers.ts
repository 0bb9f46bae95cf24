/** Bodies of strangers that are under way, as places of so many bytes. */
export type ReadersLimits = { leastBytes: number; accountBytes: number; totalBytes: number };

type Reader = { bytes: number; cut: () => void };

/**
 * Nobody knows who sends a body before it is read whole, so a place here is no account's or tenant's own and none is ever
 * refused: where there is no room, the one that has been coming in the longest is cut off. Who sends at once is done long
 * before that; who trickles is pushed out by whoever trickles next.
 */
export class Readers {
  readonly #limits: ReadersLimits;
  /** Of every account in the order in which they came. */
  readonly #open = new Map<string, Set<Reader>>();
  #sum = 0;

  constructor(limits: ReadersLimits) {
    this.#limits = limits;
  }

  /** What the reading gives, or "late" when it took too long or its place was needed. */
  async hold<T>(accountId: string, size: number, deadlineMs: number, reading: Promise<T>): Promise<T | "late"> {
    const reader: Reader = { bytes: Math.max(size, this.#limits.leastBytes), cut: () => undefined };
    const late = new Promise<"late">((resolve) => {
      reader.cut = () => resolve("late");
    });
    const timer = setTimeout(reader.cut, deadlineMs);
    this.#enter(accountId, reader);
    try {
      return await Promise.race([reading, late]);
    } finally {
      clearTimeout(timer);
      this.#leave(accountId, reader);
    }
  }

  #enter(accountId: string, reader: Reader): void {
    const own = this.#open.get(accountId) ?? new Set();
    this.#open.set(accountId, own.add(reader));
    this.#sum += reader.bytes;
    while (own.size > 1 && bytesOf(own) > this.#limits.accountBytes) this.#cutOldest(accountId, own);
    while (this.#sum > this.#limits.totalBytes && this.#open.size > 1) this.#cutOldest(...this.#largest());
  }

  /** Out of the books at once; its request may need a moment to notice. */
  #cutOldest(accountId: string, readers: Set<Reader>): void {
    for (const oldest of readers) {
      this.#leave(accountId, oldest);
      oldest.cut();
      return;
    }
  }

  #leave(accountId: string, reader: Reader): void {
    const own = this.#open.get(accountId);
    if (own?.delete(reader) !== true) return;
    this.#sum -= reader.bytes;
    if (own.size === 0) this.#open.delete(accountId);
  }

  #largest(): [string, Set<Reader>] {
    return [...this.#open].reduce((most, one) => (bytesOf(one[1]) > bytesOf(most[1]) ? one : most));
  }
}

function bytesOf(readers: Set<Reader>): number {
  let sum = 0;
  for (const { bytes } of readers) sum += bytes;
  return sum;
}
