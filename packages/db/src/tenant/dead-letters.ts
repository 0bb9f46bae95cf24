import { index, integer, sqliteTable, text, uniqueIndex } from "drizzle-orm/sqlite-core";

export type DeadLetterKind = "inbound" | "turn" | "out";
export type DeadLetterState = "open" | "resolved";

/** What needs a person: a message that could not be sent, a turn that ended nowhere, an event that could not be read. */
export const deadLetters = sqliteTable(
  "dead_letters",
  {
    id: text("id").primaryKey(),
    kind: text("kind").$type<DeadLetterKind>().notNull(),
    state: text("state").$type<DeadLetterState>().notNull(),
    /** The state before the last write, for counters. */
    previousState: text("previous_state").$type<DeadLetterState>(),
    channelId: text("channel_id"),
    conversationId: text("conversation_id"),
    seq: integer("seq"),
    class: text("class").notNull(),
    /** JSON `{reason, raw?}`: under the contact's key where there is a conversation, else under the tenant's. */
    sealedBody: text("sealed_body").notNull(),
    /** Keyed hash of a quarantined event, by which a repeated delivery is recognised. */
    fingerprint: text("fingerprint"),
    at: integer("at").notNull(),
    version: integer("version").notNull(),
  },
  (table) => [
    uniqueIndex("dead_letters_row").on(table.conversationId, table.seq),
    uniqueIndex("dead_letters_fingerprint").on(table.fingerprint),
    index("dead_letters_state").on(table.state, table.id),
    index("dead_letters_version").on(table.version),
  ],
);

export type DeadLetterRow = typeof deadLetters.$inferSelect;
