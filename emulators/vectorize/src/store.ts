import { DurableObject } from "cloudflare:workers";
import type { Match, Metadata, MutationKind, Search, StoredVector } from "./contract.ts";
import { matches } from "./filter.ts";
import { dot, Nearest, norm } from "./nearest.ts";
import { metadataShape } from "./requests.ts";

const SCHEMA = `
  CREATE TABLE IF NOT EXISTS vectors (id TEXT PRIMARY KEY, ns TEXT NOT NULL, len REAL NOT NULL, vals BLOB NOT NULL, meta TEXT);
  CREATE INDEX IF NOT EXISTS vectors_by_namespace ON vectors (ns);
  CREATE TABLE IF NOT EXISTS mutations (seq INTEGER PRIMARY KEY AUTOINCREMENT, id TEXT NOT NULL, kind TEXT NOT NULL, due INTEGER NOT NULL, done INTEGER);
  CREATE TABLE IF NOT EXISTS pending (position INTEGER PRIMARY KEY, seq INTEGER NOT NULL, id TEXT NOT NULL, ns TEXT, vals BLOB, meta TEXT);
  CREATE INDEX IF NOT EXISTS pending_by_mutation ON pending (seq);
`;

interface Written extends Record<string, SqlStorageValue> {
  id: string;
  ns: string;
  vals: ArrayBuffer;
  meta: string | null;
}

interface Row extends Written {
  len: number;
}

const readMetadata = (text: string | null): Metadata | null =>
  text === null ? null : metadataShape.parse(JSON.parse(text));

/** One index. A mutation is recorded durably at once and becomes visible when its delay is over. */
export class VectorStore extends DurableObject<VectorizeEmulatorEnv> {
  readonly #sql: SqlStorage;

  constructor(ctx: DurableObjectState, env: VectorizeEmulatorEnv) {
    super(ctx, env);
    this.#sql = ctx.storage.sql;
    this.#sql.exec(SCHEMA);
  }

  write(kind: "insert" | "upsert", vectors: StoredVector[], delayMs: number): string {
    const sql = "INSERT INTO pending (seq, id, ns, vals, meta) VALUES (?, ?, ?, ?, ?)";
    return this.#record(kind, delayMs, (seq) => {
      for (const { id, namespace, values, metadata } of vectors) {
        this.#sql.exec(sql, seq, id, namespace, values.buffer, metadata === null ? null : JSON.stringify(metadata));
      }
    });
  }

  remove(ids: string[], delayMs: number): string {
    return this.#record("delete", delayMs, (seq) => {
      for (const id of ids) this.#sql.exec("INSERT INTO pending (seq, id) VALUES (?, ?)", seq, id);
    });
  }

  search(query: Search, indexed: string[] | undefined): Match[] {
    this.#settle();
    const length = norm(query.values) || 1;
    const nearest = new Nearest<Row>(query.topK);
    const reachable = indexed === undefined || query.conditions.every(({ path }) => indexed.includes(path));
    const rows = reachable ? this.#rows(query.namespace) : [];
    for (const row of rows) {
      if (query.conditions.length > 0 && !matches(query.conditions, readMetadata(row.meta))) continue;
      const score = dot(query.values, new Float32Array(row.vals)) / (length * (row.len || 1));
      nearest.offer(score, row.id, row);
    }
    return nearest.best().map(({ id, score, item: row }) => ({
      id,
      score,
      ...(row.ns === "" ? {} : { namespace: row.ns }),
      ...(query.returnValues ? { values: Array.from(new Float32Array(row.vals)) } : {}),
      ...returned(readMetadata(row.meta), query.returnMetadata, indexed),
    }));
  }

  byIds(ids: string[]): StoredVector[] {
    this.#settle();
    return ids.flatMap((id) =>
      [...this.#sql.exec<Row>("SELECT * FROM vectors WHERE id = ?", id)].map((row) => ({
        id: row.id,
        namespace: row.ns,
        values: new Float32Array(row.vals),
        metadata: readMetadata(row.meta),
      })),
    );
  }

  describe(): { vectorCount: number; processedUpToMutation: string; processedUpToDatetime: string } {
    this.#settle();
    const { count } = this.#sql.exec<{ count: number }>("SELECT count(*) AS count FROM vectors").one();
    const last = [
      ...this.#sql.exec<{ id: string; due: number }>(
        "SELECT id, due FROM mutations WHERE done = 1 ORDER BY seq DESC LIMIT 1",
      ),
    ][0];
    return {
      vectorCount: count,
      processedUpToMutation: last?.id ?? "",
      processedUpToDatetime: last ? new Date(last.due).toISOString() : "",
    };
  }

  #rows(namespace: string | undefined): Iterable<Row> {
    if (namespace === undefined) return this.#sql.exec<Row>("SELECT * FROM vectors");
    return this.#sql.exec<Row>("SELECT * FROM vectors WHERE ns = ?", namespace);
  }

  #record(kind: MutationKind, delayMs: number, fill: (seq: number) => void): string {
    const id = crypto.randomUUID();
    this.ctx.storage.transactionSync(() => {
      const sql = "INSERT INTO mutations (id, kind, due) VALUES (?, ?, ?) RETURNING seq";
      const { seq } = this.#sql.exec<{ seq: number }>(sql, id, kind, Date.now() + delayMs).one();
      fill(seq);
      this.#settle();
    });
    return id;
  }

  /** Apply, in order, every mutation whose time has come. */
  #settle(): void {
    const due = this.#sql.exec<{ seq: number; kind: string }>(
      "SELECT seq, kind FROM mutations WHERE done IS NULL AND due <= ? ORDER BY seq",
      Date.now(),
    );
    for (const { seq, kind } of due.toArray()) {
      if (kind === "delete")
        this.#sql.exec("DELETE FROM vectors WHERE id IN (SELECT id FROM pending WHERE seq = ?)", seq);
      else this.#apply(seq, kind === "insert" ? "OR IGNORE" : "OR REPLACE");
      this.#sql.exec("DELETE FROM pending WHERE seq = ?", seq);
      this.#sql.exec("UPDATE mutations SET done = 1 WHERE seq = ?", seq);
      this.#sql.exec("DELETE FROM mutations WHERE done = 1 AND seq < ?", seq);
    }
  }

  #apply(seq: number, conflict: "OR IGNORE" | "OR REPLACE"): void {
    const rows = this.#sql.exec<Written>("SELECT id, ns, vals, meta FROM pending WHERE seq = ? ORDER BY position", seq);
    for (const { id, ns, vals, meta } of rows.toArray()) {
      this.#sql.exec(
        `INSERT ${conflict} INTO vectors VALUES (?, ?, ?, ?, ?)`,
        id,
        ns,
        norm(new Float32Array(vals)),
        vals,
        meta,
      );
    }
  }
}

const INDEXED_STRING_BYTES = 64;

/** Indexed metadata is cut to what the index holds of a string. */
function returned(
  metadata: Metadata | null,
  level: Search["returnMetadata"],
  indexed: string[] | undefined,
): { metadata?: Metadata } {
  if (metadata === null || level === "none") return {};
  if (level === "all" || indexed === undefined) return { metadata };
  const kept = Object.entries(metadata).filter(([key]) => indexed.includes(key));
  return {
    metadata: Object.fromEntries(
      kept.map(([key, value]) => [key, typeof value === "string" ? value.slice(0, INDEXED_STRING_BYTES) : value]),
    ),
  };
}
