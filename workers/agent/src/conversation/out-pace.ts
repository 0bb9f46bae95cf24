import type { Capabilities } from "@charla/channels/contract";
import type { OutRow } from "@charla/domain/log";
import { nextSlot } from "@charla/domain/rate";
import type { Core } from "./core.ts";

export type Rates = NonNullable<Capabilities["rates"]>;

/** Keeps to what the vendor allows, so that little is refused that could have waited. Its own refusals stay the last word. */
export class OutPace {
  readonly #core: Core;
  /** The bucket of the person we write to; a life of the object starts with a full one. */
  #full = 0;
  #given: { seq: number; tries: number; at: number } | null = null;

  constructor(core: Core) {
    this.#core = core;
  }

  /** The instant at which this row may go. Asked again about the same try it gives the same slot. */
  async slotFor(row: OutRow, rates: Rates): Promise<number> {
    if (!rates.person && !rates.account) return 0;
    const { seq } = row;
    const { tries } = row.body;
    if (this.#given?.seq === seq && this.#given.tries === tries) return this.#given.at;
    const now = this.#core.now();
    let at = now;
    if (rates.person) {
      const slot = nextSlot(this.#full, now, rates.person);
      this.#full = slot.full;
      at = slot.at;
    }
    if (rates.account) at = Math.max(at, await this.#accountSlot(rates.account, now));
    this.#given = { seq, tries, at };
    return at;
  }

  async #accountSlot(rate: { everyMs: number; burst: number }, now: number): Promise<number> {
    const { deps, key } = this.#core;
    try {
      const { waitMs } = await deps.gate(key.tenantId).sendSlot({ channelId: key.channelId, rate });
      return now + waitMs;
    } catch (error) {
      deps.log.warn("gate:failed", { tenantId: key.tenantId, channelId: key.channelId, error });
      return now;
    }
  }
}
