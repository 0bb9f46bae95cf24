import type { LogRow } from "@charla/domain/log";
import type { ProjectionEvent } from "@charla/domain/projection";
import type { Core } from "./core.ts";
import { conversationOf } from "./head.ts";
import { WATCHDOG_MS } from "./wake.ts";

/** Rows of one burst of work travel together; the wait only delays what lists show, never an answer. */
const COLLECT_MS = 400;
const RESEND_MS = 4 * WATCHDOG_MS;
const RESTORE_PAGE = 1000;
/** Queue messages are limited to 128 KB. */
const MAX_EVENT_CHARS = 90_000;

type Pending = ProjectionEvent["rows"][number];

/**
 * Sends changed rows to the `events` queue. The queue may lose them: a row counts as projected only when the consumer
 * has said so, and until then a later wake sends it again.
 */
export class Projector {
  readonly #core: Core;
  #changed = new Map<number, Pending>();
  #sent: { version: number; at: number; rows: Map<number, Pending> }[] = [];
  #timer: ReturnType<typeof setTimeout> | null = null;

  constructor(core: Core) {
    this.#core = core;
  }

  note(row: LogRow, body: string): void {
    this.#changed.set(row.seq, { seq: row.seq, kind: row.kind, turn: row.turn, state: row.state, at: row.at, body });
  }

  /** After a restart nobody remembers what the consumer confirmed, so all that is not known to be projected goes again. */
  restore(): void {
    const { log, head } = this.#core;
    for (let from = head.settledBefore; ;) {
      const page = log.from(from, RESTORE_PAGE);
      for (const row of page) this.note(row, JSON.stringify(row.body));
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
    if (this.#timer !== null || this.#changed.size === 0) return;
    // Only a shortcut: the alarm that is always pending while rows are unconfirmed does the same after a kill.
    this.#timer = setTimeout(() => {
      this.#timer = null;
      this.#core.keepAlive(this.flush());
    }, COLLECT_MS);
    this.#core.wake.by(this.#core.now() + WATCHDOG_MS);
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
        this.#reclaim(version);
        break;
      }
    }
    if (this.behind) this.#core.wake.by(this.#core.now() + WATCHDOG_MS);
  }

  confirm(version: number): void {
    this.#sent = this.#sent.filter((batch) => batch.version !== version);
  }

  #take(): Map<number, Pending> {
    const rows = new Map<number, Pending>();
    let chars = 0;
    for (const [seq, row] of this.#changed) {
      if (rows.size > 0 && chars + row.body.length > MAX_EVENT_CHARS) break;
      chars += row.body.length;
      rows.set(seq, row);
      this.#changed.delete(seq);
    }
    return rows;
  }

  #giveUpOnLost(): void {
    const now = this.#core.now();
    for (const batch of this.#sent) if (now - batch.at > RESEND_MS) this.#reclaim(batch.version);
  }

  /** The row as it is now: a later version must never carry an older state. */
  #reclaim(version: number): void {
    const lost = this.#sent.find((batch) => batch.version === version);
    this.confirm(version);
    for (const seq of lost?.rows.keys() ?? []) {
      const row = this.#core.log.bySeq(seq);
      if (row) this.note(row, JSON.stringify(row.body));
    }
  }

  #event(version: number, rows: Pending[]): ProjectionEvent {
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
