import type { Core } from "./core.ts";
import type { MediaDesk } from "./media-desk.ts";
import type { Outbox } from "./outbox.ts";
import type { OwnerDesk } from "./owner-desk.ts";
import type { Projector } from "./projector.ts";
import type { Summariser } from "./summariser.ts";
import type { Turns } from "./turns.ts";
import { WATCHDOG_MS } from "./wake.ts";

type Parts = {
  core: Core;
  turns: Turns;
  outbox: Outbox;
  desk: OwnerDesk;
  projector: Projector;
  summariser: Summariser;
  media: MediaDesk;
};

/** What drives a conversation on until nothing can be done now. It runs in memory; the alarm brings it back if this process dies. */
export class Loop {
  readonly #parts: Parts;
  #running: Promise<void> | null = null;
  #again = false;
  /** What is open waits for this instant; until then the watchdog has nothing to watch. */
  #restsUntil = 0;

  constructor(parts: Parts) {
    this.#parts = parts;
  }

  /** Starts the loop or tells it to look again. */
  kick(): void {
    const { core } = this.#parts;
    if (!core.started || core.parked !== null) return;
    if (this.#running) {
      this.#again = true;
      return;
    }
    this.#running = this.#run().finally(() => {
      this.#running = null;
      if (this.#again) this.kick();
    });
    core.keepAlive(this.#running);
  }

  /** Arms the next wake before it does anything. */
  woken(): void {
    const { core, turns, outbox, projector } = this.#parts;
    const now = core.now();
    if (turns.active) core.wake.by(nextWake(this.#restsUntil, now));
    if (!outbox.idle) core.wake.by(nextWake(outbox.dueAt(), now));
    if (this.#restsUntil > now) void outbox.kick();
    else this.kick();
    core.keepAlive(projector.flush());
  }

  async #run(): Promise<void> {
    const { core, turns, outbox, desk, summariser } = this.#parts;
    if (core.head.owner.type !== "ai" && desk.current().type === "ai") desk.handBack("time");
    void outbox.kick();
    for (;;) {
      this.#again = false;
      this.#restsUntil = 0;
      try {
        const next = await turns.advance();
        if (next.do === "again" || this.#again) continue;
        if (next.do === "wait") core.wake.by((this.#restsUntil = next.until));
        else if (summariser.due) await summariser.run();
      } catch (error) {
        core.deps.log.error("turn:failed", { tenantId: core.key.tenantId, conversationId: core.head.id, error });
        turns.faulted(error);
        core.wake.by(core.now() + WATCHDOG_MS);
      }
      if (!this.#again) break;
    }
    this.#settle();
  }

  /** Moves the mark below which nothing is open. */
  #settle(): void {
    const { core, turns, outbox, projector, media } = this.#parts;
    const { head, wake } = core;
    if (head.owner.type !== "ai" && head.owner.until !== undefined) wake.by(head.owner.until);
    const marks = [
      turns.firstOpen(),
      outbox.firstOpen(),
      media.firstOpen(),
      head.heldFrom,
      projector.confirmedBefore(),
    ];
    core.settle(Math.min(...marks.filter((seq) => seq !== null)));
    projector.soon();
  }
}

/** What waits for a known instant needs no watchdog before it. */
const nextWake = (due: number, now: number): number => (due > now ? due : now + WATCHDOG_MS);
