import { sql } from "drizzle-orm";
import { index, integer, sqliteTable, text, uniqueIndex } from "drizzle-orm/sqlite-core";

export type MessageAuthor = "contact" | "ai" | "human" | "system";

/** `number` is what the word index points to. `previousState` is the state before the last write, for counters. */
export const messages = sqliteTable(
  "messages",
  {
    number: integer("number").primaryKey(),
    conversationId: text("conversation_id").notNull(),
    seq: integer("seq").notNull(),
    id: text("id").notNull(),
    direction: text("direction", { enum: ["in", "out"] }).notNull(),
    author: text("author").$type<MessageAuthor>().notNull(),
    memberId: text("member_id"),
    state: text("state").notNull(),
    previousState: text("previous_state"),
    turn: integer("turn"),
    deleted: integer("deleted", { mode: "boolean" }).notNull(),
    at: integer("at").notNull(),
    sealedBody: text("sealed_body").notNull(),
    version: integer("version").notNull(),
  },
  (table) => [
    uniqueIndex("messages_seq").on(table.conversationId, table.seq),
    index("messages_waiting")
      .on(table.at)
      .where(sql`direction = 'out' AND state IN ('queued', 'sending')`),
  ],
);

export type MessageRow = typeof messages.$inferSelect;
