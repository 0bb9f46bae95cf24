import { index, integer, sqliteTable, text } from "drizzle-orm/sqlite-core";

/** Files that were uploaded and that nobody is known to have sent yet. */
export const uploads = sqliteTable(
  "uploads",
  {
    id: text("id").primaryKey(),
    conversationId: text("conversation_id").notNull(),
    createdAt: integer("created_at").notNull(),
  },
  (table) => [index("uploads_created").on(table.createdAt)],
);
