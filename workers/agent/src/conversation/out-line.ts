import { backoffMs } from "@charla/agent/backoff";
import { isDeadLetter } from "@charla/agent/lattice";
import type { OutBody, OutRow } from "@charla/domain/log";
import type { LogFields } from "@charla/telemetry/events";
import type { Core } from "./core.ts";

export type OutError = { class: NonNullable<OutBody["error"]>["class"]; message: string; retryAfterMs?: number };

const HELD_RECHECK_MS = 60_000;

/** The messages that wait, in order, and every move of theirs. */
export class OutLine {
  readonly #core: Core;
  #waiting: OutRow[] = [];
  /** Rows that this life of the object put on the wire; any other `sending` row is in doubt. */
  #mine = new Set<number>();
  /** Ids of the turns that rows speak for, as far as this life of the object has heard of them. */
  #turnIds = new Map<number, string>();
  /** Tries in a row that did not even get as far as the channel. */
  #obstacles = 0;
  /** While the tenant pauses or the vendor wants us to wait, nothing is looked at before this instant. */
  #heldUntil = 0;

  constructor(core: Core) {
    this.#core = core;
  }

  restore(rows: OutRow[]): void {
    this.#waiting = rows.filter((row) => row.state === "queued" || row.state === "sending");
  }

  get first(): OutRow | undefined {
    return this.#waiting[0];
  }

  get rows(): readonly OutRow[] {
    return this.#waiting;
  }

  has(row: OutRow): boolean {
    return this.#waiting.includes(row);
  }

  isMine(row: OutRow): boolean {
    return this.#mine.has(row.seq);
  }

  /** When the first in line may go; zero for at once. */
  dueAt(): number {
    return Math.max(this.#waiting[0]?.body.nextAt ?? 0, this.#heldUntil);
  }

  join(row: OutRow, turnId: string | null = null): void {
    this.#waiting.push(row);
    if (turnId !== null) this.#turnIds.set(row.seq, turnId);
  }

  leave(row: OutRow): void {
    this.#waiting = this.#waiting.filter((waiting) => waiting.seq !== row.seq);
    this.#turnIds.delete(row.seq);
  }

  turnIdOf(row: OutRow): string | null {
    const known = this.#turnIds.get(row.seq);
    if (known !== undefined || row.turn === null) return known ?? null;
    const turn = this.#core.log.bySeq(row.turn);
    return turn?.kind === "turn" ? turn.body.id : null;
  }

  /** From here on the row may be out; whoever calls this writes it before anything leaves. */
  markSending(row: OutRow): void {
    row.state = "sending";
    row.body.tries++;
    delete row.body.nextAt;
    this.#mine.add(row.seq);
  }

  returned(row: OutRow): void {
    this.#mine.delete(row.seq);
  }

  unobstructed(): void {
    this.#obstacles = 0;
    this.#heldUntil = 0;
  }

  /** Not even the channel could be asked. */
  obstructed(row: OutRow, error: OutError): number {
    this.#obstacles++;
    this.#mine.delete(row.seq);
    return this.retry(row, error);
  }

  /** Nothing left, so nothing is in doubt: the row waits as it did before. */
  hold(row: OutRow, until = this.#core.now() + HELD_RECHECK_MS): number {
    if (this.#mine.delete(row.seq)) {
      row.state = "queued";
      row.body.tries--;
      this.#core.log.update(row);
    }
    return (this.#heldUntil = until);
  }

  retry(row: OutRow, error: OutError): number {
    const nextAt =
      this.#core.now() +
      backoffMs(row.body.tries + this.#obstacles, { baseMs: 1000, capMs: 60_000, atLeastMs: error.retryAfterMs ?? 0 });
    // What may already have been sent stays `sending`, so that a later life of the object still knows of the doubt.
    if (error.class !== "ambiguous") row.state = "queued";
    row.body.nextAt = nextAt;
    row.body.error = { class: error.class, message: error.message };
    this.#core.log.update(row);
    this.#core.deps.log.info("send:failed", {
      ...this.#who(row),
      code: error.class,
      retryInMs: nextAt - this.#core.now(),
    });
    return nextAt;
  }

  /** A callback that carries our id may settle it; until then nothing overtakes it and it is not sent again. */
  await(row: OutRow, error: OutError, until: number): number {
    row.body.nextAt = until;
    row.body.error = { class: error.class, message: error.message };
    this.#core.log.update(row);
    return until;
  }

  settle(row: OutRow, state: OutRow["state"], error?: OutError): null {
    row.state = state;
    delete row.body.nextAt;
    if (error) row.body.error = { class: error.class, message: error.message };
    else delete row.body.error;
    this.leave(row);
    this.#core.log.update(row);
    if (isDeadLetter(state)) this.#core.deps.log.warn("send:dead", { ...this.#who(row), code: error?.class ?? state });
    return null;
  }

  #who({ body }: OutRow): LogFields {
    const { head } = this.#core;
    const { id: messageId, trackingId, tries: attempt } = body;
    return { tenantId: head.key.tenantId, conversationId: head.id, messageId, trackingId, attempt };
  }
}
