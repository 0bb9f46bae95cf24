import type { Account, Answer, Channel, Outgoing, SendResult } from "@charla/channels/contract";
import { channelOf } from "@charla/channels/registry";
import { backoffMs } from "@charla/agent/backoff";
import { advance, isSettled } from "@charla/agent/lattice";
import { mayAutomaticallySpeak } from "@charla/agent/owner";
import { messageOf } from "@charla/domain/errors";
import type { DeliveryStatus } from "@charla/domain/inbound";
import type { OutAuthor, OutBody, OutRow } from "@charla/domain/log";
import { writeSend } from "@charla/telemetry/metrics";
import type { Core } from "./core.ts";
import type { LeaseHolder } from "./lease-holder.ts";
import { WATCHDOG_MS } from "./wake.ts";

const SEND_TIMEOUT_MS = 15_000;
const EXPIRES_AFTER_MS = 24 * 3_600_000;
const HELD_RECHECK_MS = 60_000;
const LOOKUP_TRIES = 5;
const IN_DOUBT = { class: "ambiguous", message: "It is not known whether this was sent." } as const;
const OPTED_OUT = { class: "optout", message: "The person opted out." } as const;

export type Draft = {
  answer: Answer;
  author: OutAuthor;
  turn: number | null;
  inReplyTo: string[];
  trackingId: string;
  idOf: (bubble: number) => string;
};

/** Messages on their way out: one at a time, in order, each with its intent written before it leaves. */
export class Outbox {
  readonly #core: Core;
  readonly #lease: LeaseHolder;
  #waiting: OutRow[] = [];
  #draining: Promise<void> | null = null;
  #sending: Promise<unknown> | null = null;
  #again = false;
  /** Tries in a row that did not even get as far as the channel. */
  #obstacles = 0;
  /** Rows that this life of the object put on the wire; any other `sending` row is in doubt. */
  #mine = new Set<number>();

  constructor(core: Core, lease: LeaseHolder) {
    this.#core = core;
    this.#lease = lease;
  }

  restore(rows: OutRow[]): void {
    this.#waiting = rows.filter((row) => row.state === "queued" || row.state === "sending");
  }

  get idle(): boolean {
    return this.#waiting.length === 0;
  }

  firstOpen(): number | null {
    return this.#waiting.length === 0 ? null : Math.min(...this.#waiting.map((row) => row.seq));
  }

  /** When the first in line may go; zero for at once. */
  dueAt(): number {
    return this.#waiting[0]?.body.nextAt ?? 0;
  }

  /** Part of the caller's tick. The first bubble is written as `sending` at once: its intent costs no commit of its own. */
  append(draft: Draft): OutRow[] {
    const channel = this.#channel();
    const now = this.#core.now();
    const own = channel.capabilities.ambiguous.tier === "own";
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
        ...(own ? { sentAt: now } : {}),
      };
      const row: OutRow = {
        seq: this.#core.log.reserve(),
        kind: "out",
        turn: draft.turn,
        key: body.id,
        state: own ? "sent" : "queued",
        at: now,
        body,
      };
      if (!own && this.#waiting.length === 0 && this.#draining === null) this.#markSending(row);
      if (!this.#core.log.insert(row)) continue;
      rows.push(row);
      this.#core.head.lastOutSeq = row.seq;
      if (!own) this.#waiting.push(row);
    }
    if (this.#waiting.length > 0) this.#core.wake.by(now + WATCHDOG_MS);
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

  /** Resolves when no request is under way. */
  async onTheWire(): Promise<void> {
    await this.#sending;
  }

  /** Automatic messages that have not left never will. Returns the turns whose answer that was. */
  dropAutomatic(reason: "owner" | "optout"): number[] {
    const turns: number[] = [];
    for (const row of this.#waiting) {
      if (row.body.author.type === "human" || this.#mine.has(row.seq)) continue;
      if (reason === "optout") this.#settle(row, "failed", OPTED_OUT);
      else this.#settle(row, "dropped");
      if (row.turn !== null) turns.push(row.turn);
    }
    return turns;
  }

  onStatus(status: DeliveryStatus): boolean {
    const row = this.#find(status);
    if (!row) return false;
    const state = advance(row.state, status.state);
    if (state === row.state) return true;
    row.state = state;
    if (state === "failed" && status.error) row.body.error = status.error;
    else if (state !== "failed") delete row.body.error;
    if (isSettled(state)) this.#waiting = this.#waiting.filter((waiting) => waiting.seq !== row.seq);
    this.#core.log.update(row);
    return true;
  }

  /** A dead letter goes back to the end of the line under its old id, so that a receiver that has it drops it. */
  replay(row: OutRow): void {
    row.state = "queued";
    row.body.tries = 0;
    row.body.createdAt = this.#core.now();
    delete row.body.nextAt;
    delete row.body.error;
    this.#core.log.update(row);
    this.#waiting.push(row);
    this.#core.wake.by(this.#core.now() + WATCHDOG_MS);
  }

  #find(status: DeliveryStatus): OutRow | undefined {
    const waiting = this.#waiting.find(
      (row) =>
        row.body.id === status.messageId ||
        (status.providerId !== undefined && row.body.providerId === status.providerId),
    );
    if (waiting) return waiting;
    if (status.messageId !== undefined) {
      const row = this.#core.log.byKey(status.messageId);
      return row?.kind === "out" ? row : undefined;
    }
    const recent = this.#core.log.messagesBefore(this.#core.log.last + 1, 200);
    const row = recent.find((candidate) => candidate.kind === "out" && candidate.body.providerId === status.providerId);
    return row?.kind === "out" ? row : undefined;
  }

  #channel(): Channel {
    const channel = channelOf(this.#core.head.channelKind);
    if (!channel) throw new Error(`No channel of kind ${this.#core.head.channelKind}`);
    return channel;
  }

  async #drain(): Promise<void> {
    for (;;) {
      const row = this.#waiting[0];
      if (!row) return;
      const wait = await this.#attempt(row);
      if (wait !== null) {
        this.#core.wake.by(wait);
        return;
      }
    }
  }

  /** Null when the row is settled, else when to come back. */
  async #attempt(row: OutRow): Promise<number | null> {
    const now = this.#core.now();
    if (row.body.nextAt !== undefined && row.body.nextAt > now) return row.body.nextAt;
    if (now - row.body.createdAt > EXPIRES_AFTER_MS)
      return this.#settle(row, "failed", { class: "expired", message: "Could not be sent for a day." });
    const inDoubt = row.state === "sending" && row.body.tries > 0 && !this.#mine.has(row.seq);
    let account: Account;
    try {
      if (row.body.author.type === "ai" && (await this.#lease.current()).status !== "active") return this.#hold(row);
      account = await this.#core.deps.account(this.#core.head.key);
    } catch (error) {
      this.#obstacles++;
      this.#mine.delete(row.seq);
      return this.#retry(row, { class: inDoubt ? "ambiguous" : "transient", message: messageOf(error) });
    }
    this.#obstacles = 0;
    // A status, a take-over or an opt-out may have settled it while we waited.
    if (!this.#waiting.includes(row)) return null;
    if (inDoubt) {
      const settled = await this.#settleDoubt(row, account);
      if (settled !== "resend") return settled;
      if (!this.#waiting.includes(row)) return null;
    }
    return await this.#send(row, account, inDoubt);
  }

  /** Nothing left, so nothing is in doubt: the row waits as it did before. */
  #hold(row: OutRow): number {
    if (this.#mine.delete(row.seq)) {
      row.state = "queued";
      row.body.tries--;
      this.#core.log.update(row);
    }
    return this.#core.now() + HELD_RECHECK_MS;
  }

  async #send(row: OutRow, account: Account, inDoubt: boolean): Promise<number | null> {
    const channel = this.#channel();
    // From here to the request there is no await: whoever took over before now is seen, whoever comes later finds it on the wire.
    const { head } = this.#core;
    if (row.body.author.type !== "human" && !mayAutomaticallySpeak(head.owner, this.#core.now())) {
      return inDoubt ? this.#settle(row, "unknown", IN_DOUBT) : this.#settle(row, "dropped");
    }
    const lease = this.#lease.held();
    if (row.body.author.type === "ai" && lease && lease.status !== "active") return this.#hold(row);
    if (head.optedOut && row.body.author.type !== "human") return this.#settle(row, "failed", OPTED_OUT);
    if (!channel.send) return this.#settle(row, "failed", { class: "invalid", message: "This channel cannot send." });
    if (row.state !== "sending" || !this.#mine.has(row.seq)) {
      this.#markSending(row);
      this.#core.log.update(row);
    }
    const context = {
      fetch: this.#core.deps.fetch,
      now: this.#core.now(),
      signal: AbortSignal.timeout(SEND_TIMEOUT_MS),
    };
    const sending = channel
      .send(this.#outgoing(row), account, context)
      .catch((error: unknown): SendResult => ({ ok: false, class: "ambiguous", message: messageOf(error) }));
    this.#sending = sending;
    const result = await sending;
    this.#sending = null;
    this.#mine.delete(row.seq);
    this.#measure(row, result, context.now);
    return this.#conclude(row, result, channel);
  }

  #measure(row: OutRow, result: SendResult, startedAt: number): void {
    const { head, deps } = this.#core;
    const { tenantId, channelId } = head.key;
    const outcome = result.ok ? result.state : result.class;
    const ms = this.#core.now() - startedAt;
    writeSend(deps.metrics, { tenantId, channelId, channelKind: head.channelKind, outcome, tries: row.body.tries, ms });
  }

  #conclude(row: OutRow, result: SendResult, channel: Channel): number | null {
    // A status callback may have overtaken the answer of the send itself.
    if (isSettled(row.state)) {
      if (result.ok && result.providerId !== undefined) {
        row.body.providerId = result.providerId;
        this.#core.log.update(row);
      }
      return null;
    }
    if (result.ok) {
      row.body.sentAt = this.#core.now();
      if (result.providerId !== undefined) row.body.providerId = result.providerId;
      return this.#settle(row, advance(row.state, result.state));
    }
    if (result.class === "throttle" || result.class === "transient") return this.#retry(row, result);
    if (result.class === "ambiguous") {
      const { ambiguous } = channel.capabilities;
      if (ambiguous.tier === "none" && ambiguous.policy === "hold") return this.#settle(row, "unknown", result);
      return this.#retry(row, result);
    }
    return this.#settle(row, "failed", result);
  }

  async #settleDoubt(row: OutRow, account: Account): Promise<number | null | "resend"> {
    const channel = this.#channel();
    const { ambiguous } = channel.capabilities;
    if (ambiguous.tier === "key" || (ambiguous.tier === "none" && ambiguous.policy === "resend")) return "resend";
    if (ambiguous.tier === "none" || ambiguous.tier === "own" || !channel.lookup)
      return this.#settle(row, "unknown", IN_DOUBT);
    const context = {
      fetch: this.#core.deps.fetch,
      now: this.#core.now(),
      signal: AbortSignal.timeout(SEND_TIMEOUT_MS),
    };
    const found = await channel.lookup(this.#outgoing(row), account, context).catch((): "unknown" => "unknown");
    if (found === "sent") return this.#settle(row, "sent");
    if (found === "absent") return "resend";
    if (row.body.tries > LOOKUP_TRIES)
      return this.#settle(row, "unknown", {
        class: "ambiguous",
        message: "The channel could not say whether this was sent.",
      });
    return this.#retry(row, { class: "ambiguous", message: "Waiting for the channel to say whether this was sent." });
  }

  #retry(
    row: OutRow,
    error: { class: NonNullable<OutBody["error"]>["class"]; message: string; retryAfterMs?: number },
  ): number {
    const nextAt =
      this.#core.now() +
      backoffMs(row.body.tries + this.#obstacles, { baseMs: 1000, capMs: 60_000, atLeastMs: error.retryAfterMs ?? 0 });
    // What may already have been sent stays `sending`, so that a later life of the object still knows of the doubt.
    if (error.class !== "ambiguous") row.state = "queued";
    row.body.nextAt = nextAt;
    row.body.error = { class: error.class, message: error.message };
    this.#core.log.update(row);
    return nextAt;
  }

  #settle(
    row: OutRow,
    state: OutRow["state"],
    error?: { class: NonNullable<OutBody["error"]>["class"]; message: string },
  ): null {
    row.state = state;
    delete row.body.nextAt;
    if (error) row.body.error = { class: error.class, message: error.message };
    else delete row.body.error;
    this.#waiting = this.#waiting.filter((waiting) => waiting.seq !== row.seq);
    this.#core.log.update(row);
    return null;
  }

  #markSending(row: OutRow): void {
    row.state = "sending";
    row.body.tries++;
    delete row.body.nextAt;
    this.#mine.add(row.seq);
  }

  #outgoing(row: OutRow): Outgoing {
    const { head } = this.#core;
    const { id, text, buttons, inReplyTo, author, createdAt, tries } = row.body;
    const turn = row.turn === null ? undefined : this.#core.log.bySeq(row.turn);
    return {
      id,
      conversationId: head.id,
      thread: head.key.thread,
      contact: head.contact,
      bubble: { text, ...(buttons ? { buttons } : {}) },
      inReplyTo,
      author: author.type,
      turnId: turn?.kind === "turn" ? turn.body.id : null,
      createdAt,
      tries,
      lastInboundAt: head.lastInAt,
    };
  }
}
