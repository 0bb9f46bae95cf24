import type { Bubble, LineKind, Report } from "../shared/protocol.ts";
import { advance, type Conversation } from "./conversation.ts";
import type { Driver } from "./driver.ts";
import type { Wire } from "./wire.ts";

/** What phones tell of what they received: of one chat in order, and now and then not at all. */
export class Reporter {
  readonly #wire: Wire;
  readonly #changed: (driver: Driver, chat: Conversation) => void;
  readonly #losing = new Set<LineKind>();
  readonly #lines = new Map<Conversation, Promise<void>>();

  constructor(wire: Wire, changed: (driver: Driver, chat: Conversation) => void) {
    this.#wire = wire;
    this.#changed = changed;
  }

  loseNext(kind: LineKind): void {
    this.#losing.add(kind);
  }

  isLosing(kind: LineKind): boolean {
    return this.#losing.has(kind);
  }

  report(driver: Driver, chat: Conversation, bubble: Bubble, states: readonly Report[]): void {
    const before = this.#lines.get(chat) ?? Promise.resolve();
    const wanted = states.filter((state) => driver.reports.includes(state));
    // A report that was refused is on the wire for everybody to see.
    const mine = before.then(() => this.#all(driver, chat, bubble, wanted)).catch(() => undefined);
    this.#lines.set(chat, mine);
  }

  async #all(driver: Driver, chat: Conversation, bubble: Bubble, states: readonly Report[]): Promise<void> {
    for (const state of states) {
      if (bubble.id === undefined || bubble.tick === "read") return;
      if (this.#losing.delete(driver.kind)) {
        this.#wire.lost(driver.kind, state);
        advance(bubble, "lost");
      } else {
        await driver.report?.(chat.person, bubble.id, state);
        advance(bubble, state);
      }
      this.#changed(driver, chat);
    }
  }
}
