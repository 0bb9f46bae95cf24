import type { CanaryFacts, CanaryLimits, CanarySignal, CanaryState } from "@charla/domain/canary-facts";
import { sql } from "drizzle-orm";
import { index, integer, sqliteTable, text, uniqueIndex } from "drizzle-orm/sqlite-core";

/**
 * One row per canary, kept as the record of what was tried and how it ended. `version` grows with every change of an
 * agent's canaries; `applied` is the version that the gate has confirmed.
 */
export const canaries = sqliteTable(
  "canaries",
  {
    id: text("id").primaryKey(),
    agentId: text("agent_id").notNull(),
    releaseId: text("release_id").notNull(),
    baseId: text("base_id").notNull(),
    percent: integer("percent").notNull(),
    limits: text("limits", { mode: "json" }).$type<CanaryLimits>().notNull(),
    state: text("state").$type<CanaryState>().notNull(),
    version: integer("version").notNull(),
    applied: integer("applied").notNull(),
    startedAt: integer("started_at").notNull(),
    startedBy: text("started_by").notNull(),
    endedAt: integer("ended_at"),
    endedBy: text("ended_by"),
    /** What the canary did worse, where it was rolled back for that. */
    signal: text("signal").$type<CanarySignal>(),
    note: text("note").notNull(),
    facts: text("facts", { mode: "json" }).$type<CanaryFacts>(),
    /** When the administrators were told of a roll-back; zero where there was nothing to tell them. */
    toldAt: integer("told_at"),
    /** Nobody else tries to tell them before this. */
    tellAfter: integer("tell_after").notNull(),
  },
  (table) => [
    uniqueIndex("canaries_running")
      .on(table.agentId)
      .where(sql`state = 'running'`),
    index("canaries_agent").on(table.agentId, table.version),
  ],
);

export type CanaryRow = typeof canaries.$inferSelect;
