import type { LogRow } from "@charla/domain/log";
import type { QueuedProjection } from "@charla/domain/projection";
import type { Core } from "./core.ts";
import { conversationOf } from "./head.ts";
import { WATCHDOG_MS } from "./wake.ts";

/** Rows of one burst of work travel together; the wait only delays what lists show, never an answer. */
const COLLECT_MS = 400;
/** A conversation that does not pause is shown this often. */
const MOST_COLLECT_MS = 1600;
/** So long after the last confirmation what is missing counts as lost; twice as long every time in a row. */
const LOST_AFTER_MS = 4 * WATCHDOG_MS;
const MAX_LOST_AFTER_MS = 5 * 60_000;
const RESTORE_PAGE = 1000;
/** A queue message holds 128,000 bytes; the rest is for the conversation's own description. */
const MAX_ROWS_BYTES = 116_000;
const ROW_BYTES = 200;

type Pending = QueuedProjection["rows"][number];

/**
 * Sends changed rows to the `events` queue. The queue may lose them: a row counts as projected only when the consumer
 * has said so, and until then a later wake sends it again.
 */
export class Projector {
  readonly #core: Core;
  #changed = new Map<number, Pending>();
  #sent: { version: number; at: number; rows: Map<number, Pending> }[] = [];
  #timer: ReturnType<typeof setTimeout> | null = null;
  /** When the wait began, and when something was last added to what waits. */
  #collectingSince = 0;
  #addedAt = 0;
  #heardAt = 0;
  /** Times in a row that something was given up as lost without a word from the consumer. */
  #losses = 0;

  constructor(core: Core) {
    this.#core = core;
  }

  note({ seq, kind, turn, state, at }: LogRow, body: string): void {
    const fits = mostBytes(body) <= MAX_ROWS_BYTES;
    this.#changed.set(seq, { seq, kind, turn, state, at, body: fits ? body : null });
  }

  /** After a restart nobody remembers what the consumer confirmed, so all that is not known to be projected goes again. */
  restore(seen: (row: LogRow) => void): void {
    const { log, head } = this.#core;
    for (let from = head.settledBefore; ;) {
      const page = log.from(from, RESTORE_PAGE);
      for (const row of page) {
        this.note(row, JSON.stringify(row.body));
        seen(row);
      }
      const last = page.at(-1);
      if (!last || page.length < RESTORE_PAGE) return;
      from = last.seq + 1;
    }
  }

  get behind(): boolean {
    return this.#changed.size > 0 || this.#sent.length > 0;
  }

  /** Everything before this is confirmed. */
  confirmedBefore(): number {
    let first = this.#core.log.last + 1;
    for (const seq of this.#changed.keys()) first = Math.min(first, seq);
    for (const batch of this.#sent) for (const seq of batch.rows.keys()) first = Math.min(first, seq);
    return first;
  }

  soon(): void {
    if (this.#changed.size === 0) return;
    this.#addedAt = this.#core.now();
    if (this.#timer !== null) return;
    this.#collectingSince = this.#addedAt;
    this.#collect(COLLECT_MS);
    this.#core.wake.by(this.#addedAt + WATCHDOG_MS);
  }

  /** Only a shortcut: the alarm that is always pending while rows are unconfirmed does the same after a kill. */
  #collect(ms: number): void {
    this.#timer = setTimeout(() => {
      const due = Math.min(this.#addedAt + COLLECT_MS, this.#collectingSince + MOST_COLLECT_MS);
      const leftMs = due - this.#core.now();
      if (leftMs > 0) return this.#collect(leftMs);
      this.#timer = null;
      this.#core.keepAlive(this.flush());
    }, ms);
  }

  async flush(): Promise<void> {
    this.#giveUpOnLost();
    while (this.#changed.size > 0) {
      const { head, deps } = this.#core;
      const version = (head.version = Math.max(head.version + 1, this.#core.now()));
      const rows = this.#take();
      this.#sent.push({ version, at: this.#core.now(), rows });
      const event = this.#event(version, [...rows.values()]);
      head.reported = { ...head.spent };
      try {
        await deps.events.send(event);
      } catch (error) {
        deps.log.warn("projection:send_failed", { conversationId: head.id, error });
        this.#losses++;
        this.#reclaim(version);
        break;
      }
    }
    if (this.behind) this.#core.wake.by(this.#core.now() + this.#patienceMs(WATCHDOG_MS));
  }

  confirm(versions: readonly number[]): void {
    this.#heardAt = this.#core.now();
    this.#losses = 0;
    for (const version of versions) this.#forget(version);
  }

  #forget(version: number): void {
    this.#sent = this.#sent.filter((batch) => batch.version !== version);
  }

  #take(): Map<number, Pending> {
    const rows = new Map<number, Pending>();
    let bytes = 0;
    for (const [seq, row] of this.#changed) {
      bytes += mostBytes(row.body);
      if (rows.size > 0 && bytes > MAX_ROWS_BYTES) break;
      rows.set(seq, row);
      this.#changed.delete(seq);
    }
    return rows;
  }

  #patienceMs(firstMs: number): number {
    return Math.min(firstMs * 2 ** this.#losses, MAX_LOST_AFTER_MS);
  }

  /** A consumer that is behind still confirms; sending it everything again would only put it further behind. */
  #giveUpOnLost(): void {
    const now = this.#core.now();
    const patienceMs = this.#patienceMs(LOST_AFTER_MS);
    const lost = this.#sent.filter(
      ({ at }) => now - Math.max(at, this.#heardAt) > patienceMs || now - at > MAX_LOST_AFTER_MS,
    );
    if (lost.length > 0) this.#losses++;
    for (const { version } of lost) this.#reclaim(version);
  }

  /** The row as it is now: a later version must never carry an older state. */
  #reclaim(version: number): void {
    const lost = this.#sent.find((batch) => batch.version === version);
    this.#forget(version);
    for (const seq of lost?.rows.keys() ?? []) {
      const row = this.#core.log.bySeq(seq);
      if (row) this.note(row, JSON.stringify(row.body));
    }
  }

  #event(version: number, rows: Pending[]): QueuedProjection {
    const { head } = this.#core;
    const now = this.#core.now();
    return {
      v: 1,
      tenantId: head.key.tenantId,
      conversation: conversationOf(head, now),
      version,
      sentAt: now,
      spent: { ...head.spent },
      spentBefore: { ...head.reported },
      rows,
    };
  }
}

/** An upper bound without a look at the text: a character is three bytes at most, in JSON too, because the text is JSON already. */
const mostBytes = (body: string | null): number => (body?.length ?? 0) * 3 + ROW_BYTES;
