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
  /** The newest message that has been shown attention: while it is read, and then while it is answered. */
  #upTo = 0;

  constructor(core: Core) {
    this.#core = core;
  }

  /** The agent reads these, or begins to answer them. */
  began(rows: InRow[]): void {
    const channel = channelFor(this.#core);
    if (!channel.attend) return;
    const newest = Math.max(...rows.map(({ seq }) => seq));
    if (newest <= this.#upTo) return;
    this.ended();
    this.#upTo = newest;
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
    this.#upTo = 0;
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
