import { sql } from "drizzle-orm";
import { index, integer, sqliteTable, text } from "drizzle-orm/sqlite-core";

/** One row per contact that was erased, or is being. It names nobody: it is the proof, and what keeps the contact from coming back. */
export const erasures = sqliteTable(
  "erasures",
  {
    contactId: text("contact_id").primaryKey(),
    requestedBy: text("requested_by").notNull(),
    requestedAt: integer("requested_at").notNull(),
    /** Everything that was known of the contact is gone. */
    doneAt: integer("done_at"),
    /** Nothing that was under way can follow any more. */
    settledAt: integer("settled_at"),
    /** Keyed hashes of the addresses, `[kind, hash]`, by which what was under way is recognised; null once it is settled. */
    addresses: text("addresses", { mode: "json" }).$type<[string, string][]>(),
    conversations: integer("conversations").notNull().default(0),
    messages: integer("messages").notNull().default(0),
    files: integer("files").notNull().default(0),
  },
  (table) => [
    index("erasures_unsettled")
      .on(table.requestedAt)
      .where(sql`settled_at IS NULL`),
  ],
);

export type ErasureRow = typeof erasures.$inferSelect;

/**
 * A conversation's object can begin again under the same id, so what was erased is named by the contact id that its log was
 * begun with.
 */
export const erasedLogs = sqliteTable(
  "erased_logs",
  {
    begunAs: text("begun_as").primaryKey(),
    conversationId: text("conversation_id").notNull(),
    contactId: text("contact_id").notNull(),
  },
  (table) => [index("erased_logs_conversation").on(table.contactId, table.conversationId)],
);
