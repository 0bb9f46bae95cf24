import type { NoteBody } from "@charla/domain/log";
import { integer, primaryKey, sqliteTable, text } from "drizzle-orm/sqlite-core";

/** Changes of owner, hand-overs, summaries and audit entries of a conversation. */
export const notes = sqliteTable(
  "notes",
  {
    conversationId: text("conversation_id").notNull(),
    seq: integer("seq").notNull(),
    type: text("type").$type<NoteBody["type"]>().notNull(),
    at: integer("at").notNull(),
    sealedBody: text("sealed_body").notNull(),
    version: integer("version").notNull(),
  },
  (table) => [primaryKey({ columns: [table.conversationId, table.seq] })],
);
