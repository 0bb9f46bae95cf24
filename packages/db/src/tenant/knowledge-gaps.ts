import { index, integer, primaryKey, sqliteTable, text } from "drizzle-orm/sqlite-core";

/** Questions that nothing in the knowledge bases answers, by the step that looked; the words are the contact's and sealed. */
export const knowledgeGaps = sqliteTable(
  "knowledge_gaps",
  {
    conversationId: text("conversation_id").notNull(),
    seq: integer("seq").notNull(),
    turn: integer("turn"),
    agentId: text("agent_id").notNull(),
    at: integer("at").notNull(),
    sealedQuery: text("sealed_query").notNull(),
    version: integer("version").notNull(),
  },
  (table) => [
    primaryKey({ columns: [table.conversationId, table.seq] }),
    index("knowledge_gaps_at").on(table.at, table.conversationId, table.seq),
  ],
);

export type KnowledgeGapRow = typeof knowledgeGaps.$inferSelect;
