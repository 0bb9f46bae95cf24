import type { GateCanary } from "@charla/domain/canary";
import type { BudgetPeriod, GateState, Spend, TenantLimits } from "@charla/domain/lease";

type LeaseRow = {
  conversation: string;
  until: number;
  tokens: number;
  micros: number;
  seenTokens: number;
  seenMicros: number;
};
export type GateRecord = Omit<GateState, "reserved">;

const SCHEMA = `
  CREATE TABLE IF NOT EXISTS gate (id INTEGER PRIMARY KEY, body TEXT NOT NULL);
  CREATE TABLE IF NOT EXISTS leases (
    conversation TEXT PRIMARY KEY, until INTEGER NOT NULL, tokens INTEGER NOT NULL, micros INTEGER NOT NULL,
    seenTokens INTEGER NOT NULL, seenMicros INTEGER NOT NULL, waiting INTEGER NOT NULL DEFAULT 0
  ) WITHOUT ROWID;`;

/** What the gate must not forget: settings, what was spent in this period, and every block that is still out. */
export class Ledger {
  readonly #sql: SqlStorage;
  readonly record: GateRecord;

  constructor(sql: SqlStorage, tenantId: string, now: number) {
    this.#sql = sql;
    sql.exec(SCHEMA);
    const stored = sql.exec<{ body: string }>("SELECT body FROM gate WHERE id = 1").toArray()[0];
    const record = stored ? (JSON.parse(stored.body) as Partial<GateRecord>) : {};
    // Written before there were canaries, it has none.
    this.record = { ...newRecord(tenantId, now), ...record };
  }

  save(): void {
    this.#sql.exec(
      "INSERT INTO gate VALUES (1, ?) ON CONFLICT (id) DO UPDATE SET body = excluded.body",
      JSON.stringify(this.record),
    );
  }

  /** For all conversations of the agent. */
  point(agentId: string, releaseId: string): void {
    const { releases, canaries } = this.record;
    releases[agentId] = releaseId;
    const canary = canaries[agentId];
    if (canary !== undefined) canary.percent = 0;
  }

  /** True when it was news: whoever repeats an older state, late or after a crash, changes nothing. */
  takeCanary(agentId: string, { version, releaseId, percent }: GateCanary, promote: boolean): boolean {
    const { canaries } = this.record;
    if (version <= (canaries[agentId]?.version ?? 0)) return false;
    canaries[agentId] = { version, releaseId, percent };
    if (promote) this.point(agentId, releaseId);
    return true;
  }

  /** What is over is forgotten with the next one. */
  hold(provider: string, until: number, now: number): void {
    const holds = { ...this.holds(now), [provider]: until };
    this.record.holds = Object.fromEntries(Object.entries(holds).slice(-MAX_HOLDS));
    this.save();
  }

  holds(now: number): Record<string, number> | undefined {
    const { holds } = this.record;
    if (holds === undefined) return undefined;
    const live = Object.entries(holds).filter(([, until]) => until > now);
    return live.length === 0 ? undefined : Object.fromEntries(live);
  }

  /** A new period starts with nothing used. True when it did. */
  roll(now: number): boolean {
    const start = periodStart(this.record.limits.period, now);
    if (start === this.record.periodStart) return false;
    this.record.periodStart = start;
    this.record.used = { tokens: 0, micros: 0 };
    return true;
  }

  /**
   * Books what a conversation has spent since it last said so. Totals only grow, so a repeated or overtaken report
   * books nothing. `before` stands in where the row was swept away.
   */
  book(conversation: string, spent: Spend, before: Spend): boolean {
    const row = this.#lease(conversation);
    const seen = row ? { tokens: row.seenTokens, micros: row.seenMicros } : before;
    const tokens = Math.max(0, spent.tokens - seen.tokens);
    const micros = Math.max(0, spent.micros - seen.micros);
    if (tokens === 0 && micros === 0) return false;
    this.record.used = { tokens: this.record.used.tokens + tokens, micros: this.record.used.micros + micros };
    this.#sql.exec(
      `INSERT INTO leases VALUES (?, 0, 0, 0, ?, ?, 0) ON CONFLICT (conversation) DO UPDATE SET
        seenTokens = excluded.seenTokens, seenMicros = excluded.seenMicros,
        tokens = max(0, tokens - ?), micros = max(0, micros - ?)`,
      conversation,
      Math.max(spent.tokens, seen.tokens),
      Math.max(spent.micros, seen.micros),
      tokens,
      micros,
    );
    return true;
  }

  grant(
    conversation: string,
    spent: Spend,
    block: { tokens: number; micros: number; until: number; waiting: boolean },
  ): void {
    this.#sql.exec(
      `INSERT INTO leases VALUES (?, ?, ?, ?, ?, ?, ?) ON CONFLICT (conversation) DO UPDATE SET
        until = excluded.until, tokens = excluded.tokens, micros = excluded.micros, waiting = excluded.waiting,
        seenTokens = max(seenTokens, excluded.seenTokens), seenMicros = max(seenMicros, excluded.seenMicros)`,
      conversation,
      block.until,
      block.tokens,
      block.micros,
      spent.tokens,
      spent.micros,
      block.waiting ? 1 : 0,
    );
  }

  /** The block is over; its holder may still have to hear of a change. */
  release(conversation: string): void {
    this.#sql.exec("UPDATE leases SET until = 0, tokens = 0, micros = 0 WHERE conversation = ?", conversation);
  }

  /** Blocks that others hold. One that was never settled counts for a while longer: its spend may still be on the way. */
  reserved(now: number, except: string): Spend {
    const row = this.#sql
      .exec<{ tokens: number | null; micros: number | null }>(
        "SELECT sum(tokens) AS tokens, sum(micros) AS micros FROM leases WHERE until > ? AND conversation != ?",
        now - UNSETTLED_MS,
        except,
      )
      .one();
    return { tokens: row.tokens ?? 0, micros: row.micros ?? 0 };
  }

  /** Who must hear of a change: holders of a live lease, and those who were told to wait. */
  listeners(now: number): string[] {
    return this.#sql
      .exec<{ conversation: string }>("SELECT conversation FROM leases WHERE until > ? OR waiting = 1", now)
      .toArray()
      .map((row) => row.conversation);
  }

  sweep(now: number): void {
    this.#sql.exec("DELETE FROM leases WHERE until < ? AND waiting = 0", now - FORGET_MS);
  }

  #lease(conversation: string): LeaseRow | undefined {
    return this.#sql.exec<LeaseRow>("SELECT * FROM leases WHERE conversation = ?", conversation).toArray()[0];
  }
}

const MAX_HOLDS = 64;
const UNSETTLED_MS = 60_000;
const FORGET_MS = 24 * 3_600_000;

const newRecord = (tenantId: string, now: number): GateRecord => ({
  tenantId,
  generation: 1,
  status: "active",
  limits: { tokens: null, micros: null, period: "month" },
  used: { tokens: 0, micros: 0 },
  periodStart: periodStart("month", now),
  releases: {},
  canaries: {},
});

function periodStart(period: BudgetPeriod, now: number): string {
  const day = new Date(now).toISOString().slice(0, 10);
  return period === "day" ? day : `${day.slice(0, 7)}-01`;
}

export const isLimited = (limits: TenantLimits): boolean => limits.tokens !== null || limits.micros !== null;
