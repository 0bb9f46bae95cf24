import { ApiError } from "./api-error.ts";

type Bucket = { level: number; at: number };

/** https://core.telegram.org/bots/faq#my-bot-is-hitting-limits-how-do-i-avoid-this: per chat with short bursts, per group, and overall. */
export type Rates = { chat: Rate; group: Rate; all: Rate };
type Rate = { perSecond: number; burst: number };

export const DOCUMENTED_RATES: Rates = {
  chat: { perSecond: 1, burst: 6 },
  group: { perSecond: 20 / 60, burst: 20 },
  all: { perSecond: 30, burst: 30 },
};

export class RateKeeper {
  readonly #rates: Rates | null;
  readonly #buckets = new Map<string, Bucket>();

  constructor(rates: Rates | null) {
    this.#rates = rates;
  }

  /** Takes one from each bucket, or refuses and takes none. */
  spend(token: string, chat: number, now: number): void {
    if (this.#rates === null) return;
    const one = chat < 0 ? this.#rates.group : this.#rates.chat;
    const wanted: [string, Rate][] = [
      [`${token}/${chat}`, one],
      [token, this.#rates.all],
    ];
    const levels = wanted.map(([key, rate]) => this.#level(key, rate, now));
    const wait = Math.max(...levels.map((level, index) => (1 - level) / (wanted[index]?.[1].perSecond ?? 1)));
    if (wait > 0) {
      const seconds = Math.ceil(wait);
      throw new ApiError(429, `Too Many Requests: retry after ${seconds}`, { retry_after: seconds });
    }
    for (const [index, [key]] of wanted.entries()) this.#buckets.set(key, { level: (levels[index] ?? 1) - 1, at: now });
  }

  #level(key: string, { perSecond, burst }: Rate, now: number): number {
    const bucket = this.#buckets.get(key) ?? { level: burst, at: now };
    return Math.min(burst, bucket.level + ((now - bucket.at) / 1000) * perSecond);
  }
}
