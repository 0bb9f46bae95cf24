import type { LogKind, LogRow } from "@charla/domain/log";

/**
 * The only SQL of a conversation: one table, one unique key, one commit per move. Two b-trees keep an idle conversation
 * at four pages, and every guarantee against doing something twice is the same `INSERT OR IGNORE` on `key`.
 */
const SCHEMA = `CREATE TABLE IF NOT EXISTS log (
  seq INTEGER PRIMARY KEY, kind TEXT NOT NULL, turn INTEGER, key TEXT UNIQUE, state TEXT NOT NULL, at INTEGER NOT NULL, body TEXT NOT NULL)`;

type Stored = {
  seq: number;
  kind: LogKind;
  turn: number | null;
  key: string | null;
  state: string;
  at: number;
  body: string;
};
type Change = (row: LogRow, body: string) => void;

export const OPEN_STATES = ["new", "held", "open", "started", "queued", "sending", "unknown"] as const;

export class Log {
  readonly #sql: SqlStorage;
  #last = 0;
  exists: boolean;
  /** Told of every inserted or changed row: sockets and the projection live from it. */
  onChange: Change = () => {};

  constructor(sql: SqlStorage) {
    this.#sql = sql;
    this.exists = sql.exec("SELECT 1 FROM sqlite_schema WHERE name = 'log'").toArray().length > 0;
    if (this.exists) this.#last = Number(sql.exec("SELECT max(seq) AS last FROM log").one().last ?? 0);
  }

  create(): void {
    if (this.exists) return;
    this.#sql.exec(SCHEMA);
    this.exists = true;
  }

  get last(): number {
    return this.#last;
  }

  /** A number that nothing else gets, for a row that is written later in the same life of the object. */
  reserve(): number {
    return ++this.#last;
  }

  /** False when the key is taken: then nothing was written and the number stays unused. */
  insert(row: LogRow): boolean {
    const body = JSON.stringify(row.body);
    const { seq, kind, turn, key, state, at } = row;
    const written =
      this.#sql.exec("INSERT OR IGNORE INTO log VALUES (?, ?, ?, ?, ?, ?, ?)", seq, kind, turn, key, state, at, body)
        .rowsWritten > 0;
    if (written) this.onChange(row, body);
    return written;
  }

  has(key: string): boolean {
    return this.#sql.exec("SELECT 1 FROM log WHERE key = ?", key).toArray().length > 0;
  }

  update(row: LogRow): void {
    const body = JSON.stringify(row.body);
    this.#sql.exec("UPDATE log SET turn = ?, state = ?, body = ? WHERE seq = ?", row.turn, row.state, body, row.seq);
    this.onChange(row, body);
  }

  readHead(): string | null {
    if (!this.exists) return null;
    const row = this.#sql.exec<{ body: string }>("SELECT body FROM log WHERE seq = 0").toArray()[0];
    return row ? row.body : null;
  }

  writeHead(body: string, now: number): void {
    this.#sql.exec(
      "INSERT INTO log VALUES (0, 'head', NULL, NULL, 'head', ?, ?) ON CONFLICT (seq) DO UPDATE SET body = excluded.body",
      now,
      body,
    );
  }

  bySeq(seq: number): LogRow | undefined {
    return this.#rows("SELECT * FROM log WHERE seq = ? AND seq > 0", seq)[0];
  }

  byKey(key: string): LogRow | undefined {
    return this.#rows("SELECT * FROM log WHERE key = ?", key)[0];
  }

  /** `from` bounds the scan: nothing before it is unsettled. */
  open(from: number): LogRow[] {
    const marks = OPEN_STATES.map(() => "?").join();
    return this.#rows(
      `SELECT * FROM log WHERE seq >= ? AND seq > 0 AND state IN (${marks}) ORDER BY seq`,
      from,
      ...OPEN_STATES,
    );
  }

  from(seq: number, limit: number): LogRow[] {
    return this.#rows("SELECT * FROM log WHERE seq >= ? AND seq > 0 ORDER BY seq LIMIT ?", seq, limit);
  }

  stepsOf(turn: number): LogRow[] {
    return this.#rows("SELECT * FROM log WHERE seq > ? AND kind = 'step' AND turn = ? ORDER BY seq", turn, turn);
  }

  /** All of a turn, its own row included. Messages may be much older than the turn that took them. */
  ofTurn(turn: number, from = 1): LogRow[] {
    return this.#rows("SELECT * FROM log WHERE seq >= ? AND (turn = ? OR seq = ?) ORDER BY seq", from, turn, turn);
  }

  held(from: number): LogRow[] {
    return this.#rows("SELECT * FROM log WHERE seq >= ? AND kind = 'in' AND state = 'held' ORDER BY seq", from);
  }

  notes(): LogRow[] {
    return this.#rows("SELECT * FROM log WHERE kind = 'note' ORDER BY seq");
  }

  /** Whether an outgoing message names that id; ids are long enough to be in no text by chance. */
  outMentions(id: string): boolean {
    return this.#rows("SELECT * FROM log WHERE kind = 'out' AND instr(body, ?) > 0 LIMIT 1", id).length > 0;
  }

  /** Messages in both directions before `seq`, newest first. */
  messagesBefore(seq: number, limit: number): LogRow[] {
    return this.#rows(
      "SELECT * FROM log WHERE seq < ? AND kind IN ('in', 'out') ORDER BY seq DESC LIMIT ?",
      seq,
      limit,
    );
  }

  /** The newest after `seq`, newest first. */
  newestAfter(seq: number, limit: number): LogRow[] {
    return this.#rows(
      "SELECT * FROM log WHERE seq > ? AND kind IN ('in', 'out') ORDER BY seq DESC LIMIT ?",
      seq,
      limit,
    );
  }

  messagesAfter(seq: number, limit: number): LogRow[] {
    return this.#rows("SELECT * FROM log WHERE seq > ? AND kind IN ('in', 'out') ORDER BY seq LIMIT ?", seq, limit);
  }

  #rows(query: string, ...args: (string | number)[]): LogRow[] {
    if (!this.exists) return [];
    const rows: LogRow[] = [];
    for (const stored of this.#sql.exec<Stored>(query, ...args)) rows.push(decode(stored));
    return rows;
  }
}

/** Rows were written by {@link Log.insert} from the same types, which is why they are trusted here and nowhere else. */
function decode(stored: Stored): LogRow {
  return { ...stored, body: JSON.parse(stored.body) } as LogRow;
}
