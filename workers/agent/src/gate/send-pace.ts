import { nextSlot, type Rate } from "@charla/domain/rate";

/** Nobody is promised a place further ahead than this: who has to wait longer asks again. */
const MAX_AHEAD_MS = 20_000;

/** One bucket per connected account, shared by all its conversations. In memory: after a restart a burst may go, which the vendor may refuse. */
export class SendPace {
  readonly #full = new Map<string, number>();

  slot(channelId: string, rate: Rate, now: number): { waitMs: number } {
    const { at, full } = nextSlot(this.#full.get(channelId) ?? 0, now, rate);
    const waitMs = at - now;
    if (waitMs > MAX_AHEAD_MS) return { waitMs: MAX_AHEAD_MS };
    this.#full.set(channelId, full);
    return { waitMs };
  }
}
