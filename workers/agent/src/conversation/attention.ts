import type { InboundEvent } from "@charla/domain/inbound";
import type { InRow } from "@charla/domain/log";
import type { Core } from "./core.ts";
import { channelFor } from "./out-sender.ts";

const TIMEOUT_MS = 5_000;
/** A turn that takes longer than this has other things to say than "typing…". */
const MAX_REPEATS = 30;

/** Ticks and "typing…" in the vendor's client. Cosmetic: never waited for, never repeated because it failed. */
export class Attention {
  readonly #core: Core;
  #timer: ReturnType<typeof setInterval> | null = null;

  constructor(core: Core) {
    this.#core = core;
  }

  /** The agent has read these and begins to answer. */
  began(rows: InRow[]): void {
    this.ended();
    const channel = channelFor(this.#core);
    if (!channel.attend) return;
    const events = rows.map((row) => row.body.event);
    this.#give("read", events);
    if (!channel.capabilities.typing) return;
    this.#give("typing", events);
    const { typingEveryMs } = channel.capabilities;
    if (typingEveryMs === undefined) return;
    let repeats = 0;
    this.#timer = setInterval(() => {
      if (++repeats >= MAX_REPEATS) this.ended();
      this.#give("typing", events);
    }, typingEveryMs);
  }

  ended(): void {
    if (this.#timer !== null) clearInterval(this.#timer);
    this.#timer = null;
  }

  #give(moment: "read" | "typing", events: InboundEvent[]): void {
    const { deps, head, keepAlive } = this.#core;
    const give = async (): Promise<void> => {
      const account = await deps.account(head.key);
      const context = { fetch: deps.fetch, now: this.#core.now(), signal: AbortSignal.timeout(TIMEOUT_MS) };
      const { thread } = head.key;
      await channelFor(this.#core).attend?.({ moment, thread, contact: head.contact, events }, account, context);
    };
    keepAlive(
      give().catch((error: unknown) => {
        const { tenantId, channelId } = head.key;
        deps.log.warn("channel:attend_failed", { tenantId, channelId, error });
      }),
    );
  }
}
