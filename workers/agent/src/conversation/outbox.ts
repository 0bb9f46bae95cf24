import type { AmbiguousTier, Answer } from "@charla/channels/contract";
import { advance, isSettled } from "@charla/agent/lattice";
import type { DeliveryStatus } from "@charla/domain/inbound";
import type { OutAuthor, OutBody, OutRow } from "@charla/domain/log";
import type { Core } from "./core.ts";
import type { LeaseHolder } from "./lease-holder.ts";
import { recentlySent, sentAs } from "./our-own.ts";
import { OutLine } from "./out-line.ts";
import { channelFor, IN_DOUBT, OPTED_OUT, OutSender } from "./out-sender.ts";
import { WATCHDOG_MS } from "./wake.ts";

export type Draft = {
  answer: Answer;
  author: OutAuthor;
  turn: { seq: number; id: string } | null;
  inReplyTo: string[];
  trackingId: string;
  idOf: (bubble: number) => string;
  farewell?: true;
};

const isResent = (ambiguous: AmbiguousTier): boolean =>
  ambiguous.tier === "key" ||
  ambiguous.tier === "lookup" ||
  (ambiguous.tier === "none" && ambiguous.policy === "resend");

/** Messages on their way out: one at a time, in order, each with its intent written before it leaves. */
export class Outbox {
  readonly #core: Core;
  readonly #line: OutLine;
  readonly #sender: OutSender;
  #draining: Promise<void> | null = null;
  #again = false;

  constructor(core: Core, lease: LeaseHolder) {
    this.#core = core;
    this.#line = new OutLine(core);
    this.#sender = new OutSender(core, lease, this.#line);
  }

  restore(rows: OutRow[]): void {
    this.#line.restore(rows);
  }

  get idle(): boolean {
    return this.#line.rows.length === 0;
  }

  firstOpen(): number | null {
    return this.idle ? null : Math.min(...this.#line.rows.map((row) => row.seq));
  }

  dueAt(): number {
    return this.#line.dueAt();
  }

  /**
   * Part of the caller's tick. Where a doubt is settled by sending again, the first bubble is written as `sending` at once, and its
   * intent costs no commit of its own. Elsewhere a doubt is dear: a death before the request must not look like one during it.
   */
  append(draft: Draft): OutRow[] {
    const channel = channelFor(this.#core);
    const now = this.#core.now();
    const { ambiguous } = channel.capabilities;
    const own = ambiguous.tier === "own";
    const rows: OutRow[] = [];
    for (const [bubble, part] of channel.render(draft.answer).entries()) {
      const body: OutBody = {
        id: draft.idOf(bubble),
        text: part.text,
        author: draft.author,
        epoch: this.#core.head.epoch,
        inReplyTo: draft.inReplyTo,
        createdAt: now,
        tries: 0,
        trackingId: draft.trackingId,
        ...(part.buttons ? { buttons: part.buttons } : {}),
        ...(part.media ? { media: part.media } : {}),
        ...(own ? { sentAt: now } : {}),
        ...(draft.farewell && { farewell: true }),
      };
      const row: OutRow = {
        seq: this.#core.log.reserve(),
        kind: "out",
        turn: draft.turn?.seq ?? null,
        key: body.id,
        state: own ? "sent" : "queued",
        at: now,
        body,
      };
      if (isResent(ambiguous) && this.idle && this.#draining === null) this.#line.markSending(row);
      if (!this.#core.log.insert(row)) continue;
      rows.push(row);
      this.#core.head.lastOutSeq = row.seq;
      if (!own) this.#line.join(row, draft.turn?.id);
    }
    if (!this.idle) this.#core.wake.by(now + WATCHDOG_MS);
    return rows;
  }

  /** Resolves when nothing more can be done now. A message that is already on the wire is waited for by take-over. */
  kick(): Promise<void> {
    if (this.#draining) {
      this.#again = true;
      return this.#draining;
    }
    this.#again = false;
    this.#draining = this.#drain().finally(() => {
      this.#draining = null;
      if (this.#again) void this.kick();
    });
    this.#core.keepAlive(this.#draining);
    return this.#draining;
  }

  onTheWire(): Promise<void> {
    return this.#sender.onTheWire();
  }

  /** Automatic messages that have not left never will. Returns the turns whose answer that was. */
  dropAutomatic(reason: "owner" | "optout"): number[] {
    const turns: number[] = [];
    for (const row of this.#line.rows) {
      if (row.body.author.type === "human" || this.#sender.isUnderWay(row)) continue;
      // What may have left counts as the answer: nobody may get a second one.
      const left = row.state === "sending" && !this.#line.isMine(row);
      if (reason === "optout") this.#line.settle(row, "failed", OPTED_OUT);
      else if (left) this.#line.settle(row, "unknown", IN_DOUBT);
      else this.#line.settle(row, "dropped");
      if (row.turn !== null && !left) turns.push(row.turn);
    }
    return turns;
  }

  onStatus(status: DeliveryStatus): boolean {
    if (status.upTo) {
      for (const row of this.#sentUntil(status.at)) this.#move(row, status);
      return true;
    }
    const row = this.#find(status);
    if (row) this.#move(row, status);
    return row !== undefined;
  }

  #move(row: OutRow, status: DeliveryStatus): void {
    const state = advance(row.state, status.state);
    if (state === row.state) return;
    row.state = state;
    if (state === "failed" && status.error) row.body.error = status.error;
    else if (state !== "failed") delete row.body.error;
    if (isSettled(state)) this.#line.leave(row);
    this.#core.log.update(row);
  }

  /** A dead letter goes back to the end of the line under its old id, so that a receiver that has it drops it. */
  replay(row: OutRow): void {
    row.state = "queued";
    row.body.tries = 0;
    delete row.body.doubts;
    row.body.createdAt = this.#core.now();
    delete row.body.nextAt;
    delete row.body.error;
    this.#core.log.update(row);
    this.#line.join(row);
    this.#core.wake.by(this.#core.now() + WATCHDOG_MS);
  }

  #find(status: DeliveryStatus): OutRow | undefined {
    const waiting = this.#line.rows.find(
      (row) =>
        row.body.id === status.messageId ||
        (status.providerId !== undefined && row.body.providerId === status.providerId),
    );
    if (waiting) return waiting;
    if (status.messageId !== undefined) {
      const row = this.#core.log.byKey(status.messageId);
      return row?.kind === "out" ? row : undefined;
    }
    return status.providerId === undefined ? undefined : sentAs(this.#core, status.providerId);
  }

  /** By when we began to send it: the vendor dates a message before its answer reaches us. */
  #sentUntil(at: number): OutRow[] {
    return recentlySent(this.#core).filter(
      ({ state, body }) => (state === "sent" || state === "delivered") && body.createdAt <= at,
    );
  }

  async #drain(): Promise<void> {
    for (;;) {
      const row = this.#line.first;
      if (!row) return;
      const wait = await this.#sender.attempt(row);
      if (wait !== null) {
        this.#core.wake.by(wait);
        return;
      }
    }
  }
}
