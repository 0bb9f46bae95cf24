import { index, integer, primaryKey, sqliteTable, text } from "drizzle-orm/sqlite-core";

/** One row per paid model call: a repeat adds nothing, and the sum survives the conversation. */
export const usage = sqliteTable(
  "usage",
  {
    conversationId: text("conversation_id").notNull(),
    seq: integer("seq").notNull(),
    day: text("day").notNull(),
    agentId: text("agent_id").notNull(),
    provider: text("provider").notNull(),
    model: text("model").notNull(),
    inputTokens: integer("input_tokens").notNull(),
    outputTokens: integer("output_tokens").notNull(),
    cachedTokens: integer("cached_tokens").notNull(),
    costMicros: integer("cost_micros").notNull(),
    version: integer("version").notNull(),
  },
  (table) => [primaryKey({ columns: [table.conversationId, table.seq] }), index("usage_day").on(table.day)],
);
