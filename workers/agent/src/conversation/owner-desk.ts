import { ownerAt } from "@charla/agent/owner";
import { DEFAULT_HAND_BACK_MINUTES } from "@charla/domain/channel-record";
import { AppError } from "@charla/domain/errors";
import type { InRow, Owner } from "@charla/domain/log";
import type { Core } from "./core.ts";
import { unanswer } from "./hold.ts";
import type { Live } from "./live.ts";
import type { Outbox } from "./outbox.ts";
import type { Turns } from "./turns.ts";

const PHONE = "phone";
const MINUTE_MS = 60_000;

/** Who may speak. When a change returns, nothing automatic leaves any more: what was on the wire has been waited for. */
export class OwnerDesk {
  readonly #core: Core;
  readonly #turns: Turns;
  readonly #outbox: Outbox;
  readonly #live: Live;

  constructor(parts: { core: Core; turns: Turns; outbox: Outbox; live: Live }) {
    this.#core = parts.core;
    this.#turns = parts.turns;
    this.#outbox = parts.outbox;
    this.#live = parts.live;
  }

  current(): Owner {
    return ownerAt(this.#core.head.owner, this.#core.now());
  }

  async takeOver(memberId: string, options: { until?: number; reason?: string } = {}): Promise<Owner> {
    const owner: Owner = { type: "human", memberId, ...(options.until === undefined ? {} : { until: options.until }) };
    await this.#silence(owner, memberId, options.reason);
    return owner;
  }

  async pause(until: number, by: string): Promise<Owner> {
    this.#assertOutlasts(until, by);
    const owner: Owner = { type: "paused", until };
    await this.#silence(owner, by);
    return owner;
  }

  handBack(by: string): Owner {
    const { head } = this.#core;
    const changed = head.owner.type !== "ai";
    if (changed) {
      head.handover = false;
      this.#change({ type: "ai" }, by);
    }
    if (this.#releaseHeld() || changed) this.#core.saveHead();
    return { type: "ai" };
  }

  /** Somebody typed on the phone itself: theirs for a while, unless a member already holds the conversation. */
  async heardFromPhone(): Promise<void> {
    const core = this.#core;
    const before = this.current();
    if (before.type === "human" && before.memberId !== PHONE) return;
    const heardAt = core.now();
    // Silent in the tick of the arrival, for as long as is usual; what the channel says of it is known a moment later.
    const owner: Owner = { type: "human", memberId: PHONE, until: heardAt + DEFAULT_HAND_BACK_MINUTES * MINUTE_MS };
    const silent = this.#silence(owner, PHONE, "A person answered from the phone.");
    const minutes = await core.deps.handBackMinutes(core.key).catch(() => DEFAULT_HAND_BACK_MINUTES);
    if (minutes !== DEFAULT_HAND_BACK_MINUTES && core.head.owner === owner) {
      const until = heardAt + minutes * MINUTE_MS;
      core.head.owner = { ...owner, until };
      core.saveHead();
      core.wake.by(until);
    }
    await silent;
  }

  /** Messages that nobody has answered go to the agent; those before a person's last word are done. */
  #releaseHeld(): boolean {
    const { head, log } = this.#core;
    if (head.heldFrom === null) return false;
    const open: InRow[] = [];
    for (const row of log.held(head.heldFrom)) {
      if (row.kind !== "in") continue;
      row.state = row.seq < head.lastHumanSeq ? "taken" : "new";
      log.update(row);
      if (row.state === "new") open.push(row);
    }
    // A restart looks for open work from this mark on.
    head.settledBefore = Math.min(head.settledBefore, head.heldFrom);
    head.heldFrom = null;
    this.#turns.release(open);
    return true;
  }

  assertMayWrite(memberId: string): void {
    const owner = this.current();
    if (owner.type === "human" && owner.memberId !== memberId) {
      throw new AppError("CONFLICT", "another member holds the conversation", {
        publicMessage: {
          es: "Otra persona del equipo lleva esta conversación.",
          en: "Another member has taken this conversation over.",
        },
      });
    }
  }

  /** A pause takes the place of a person's hold: ending sooner, it would let the agent speak without having been handed back. */
  #assertOutlasts(until: number, by: string): void {
    const owner = this.current();
    if (owner.type !== "human") return;
    if (owner.memberId !== PHONE) this.assertMayWrite(by);
    if (owner.until !== undefined && owner.until <= until) return;
    throw new AppError("CONFLICT", "a person holds the conversation for longer", {
      publicMessage: {
        es: "Una persona lleva esta conversación por más tiempo. Devuélvela antes.",
        en: "A person holds this conversation for longer than that. Hand it back first.",
      },
    });
  }

  async #silence(owner: Owner, by: string, reason?: string): Promise<void> {
    this.#change(owner, by, reason);
    this.#turns.abandon();
    unanswer(this.#core, this.#outbox.dropAutomatic("owner"));
    this.#core.saveHead();
    if (owner.type !== "ai" && owner.until !== undefined) this.#core.wake.by(owner.until);
    await this.#outbox.onTheWire();
  }

  #change(to: Owner, by: string, reason?: string): void {
    const core = this.#core;
    const from = core.head.owner;
    core.head.owner = to;
    core.note({ type: "owner", from, to, by, ...(reason === undefined ? {} : { reason }) });
    this.#live.toAll({ v: 1, type: "owner", owner: to.type });
  }
}
