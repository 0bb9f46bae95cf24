import type { TurnOutcome, TurnState } from "@charla/domain/log";
import { sql } from "drizzle-orm";
import { index, integer, primaryKey, sqliteTable, text } from "drizzle-orm/sqlite-core";

export const turns = sqliteTable(
  "turns",
  {
    conversationId: text("conversation_id").notNull(),
    seq: integer("seq").notNull(),
    id: text("id").notNull(),
    state: text("state").$type<TurnState>().notNull(),
    previousState: text("previous_state"),
    agentId: text("agent_id").notNull(),
    releaseId: text("release_id").notNull(),
    trackingId: text("tracking_id").notNull(),
    epoch: integer("epoch").notNull(),
    openedAt: integer("opened_at").notNull(),
    closedAt: integer("closed_at"),
    outcome: text("outcome").$type<TurnOutcome>(),
    sealedError: text("sealed_error"),
    resumes: integer("resumes").notNull(),
    supersedes: integer("supersedes").notNull(),
    inputTokens: integer("input_tokens").notNull(),
    outputTokens: integer("output_tokens").notNull(),
    cachedTokens: integer("cached_tokens").notNull(),
    costMicros: integer("cost_micros").notNull(),
    version: integer("version").notNull(),
  },
  (table) => [
    primaryKey({ columns: [table.conversationId, table.seq] }),
    index("turns_open")
      .on(table.openedAt)
      .where(sql`state = 'open'`),
    index("turns_release").on(table.releaseId, table.openedAt),
  ],
);

export type TurnRow = typeof turns.$inferSelect;
