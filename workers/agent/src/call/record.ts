import type { CallRecord } from "@charla/domain/call";
import { AppError } from "@charla/domain/errors";
import type { InboundCall } from "@charla/domain/inbound";
import type { InRow } from "@charla/domain/log";
import type { Core } from "../conversation/core.ts";

export const newCall = ({ direction, from, to }: InboundCall): CallRecord => ({
  direction,
  from,
  to,
  state: "open",
  sessions: 0,
  ticket: null,
  greeted: false,
  language: "",
  leaving: null,
  silences: 0,
  drops: 0,
});

/** The call of this conversation, in the row that it began with. */
export class CallRow {
  readonly record: CallRecord;
  readonly #core: Core;
  readonly #row: InRow;

  constructor(core: Core, row: InRow, record: CallRecord) {
    this.#core = core;
    this.#row = row;
    this.record = record;
  }

  static of(core: Core, key: string): CallRow {
    const row = core.log.byKey(key);
    if (row?.kind !== "in" || row.body.call === undefined)
      throw new AppError("NOT_FOUND", "no such call", { publicMessage: "No such call." });
    return new CallRow(core, row, row.body.call);
  }

  get id(): string {
    return this.#row.body.event.externalId;
  }

  save(change: Partial<CallRecord> = {}): void {
    Object.assign(this.record, change);
    this.#core.write(() => this.#core.log.update(this.#row));
  }

  /** The first word of the end counts for how it ended, the vendor's own count for how long it took. */
  close(ending: string, seconds: number, microsPerMinute: number): void {
    const { record } = this;
    const now = this.#core.now();
    const lasted = Math.round(seconds > 0 ? seconds : (record.seconds ?? (now - (record.answeredAt ?? now)) / 1000));
    this.save({
      state: "over",
      ticket: null,
      endedAt: record.endedAt ?? now,
      ending: record.ending ?? ending,
      seconds: lasted,
      lineMicros: Math.ceil(lasted / 60) * microsPerMinute,
      modelMicros: this.#core.head.spent.micros,
    });
  }
}
