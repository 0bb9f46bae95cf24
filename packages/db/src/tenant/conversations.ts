import { index, integer, sqliteTable, text } from "drizzle-orm/sqlite-core";

/** As far as the projection has come: `version` is the version of the log that these columns show. */
export const conversations = sqliteTable(
  "conversations",
  {
    id: text("id").primaryKey(),
    channelId: text("channel_id").notNull(),
    channelKind: text("channel_kind").notNull(),
    agentId: text("agent_id").notNull(),
    contactId: text("contact_id").notNull(),
    /** The thread may be a telephone number or an address. */
    sealedThread: text("sealed_thread").notNull(),
    ownerType: text("owner_type", { enum: ["ai", "human", "paused"] }).notNull(),
    ownerMember: text("owner_member"),
    ownerUntil: integer("owner_until"),
    handover: integer("handover", { mode: "boolean" }).notNull(),
    state: text("state", { enum: ["active", "parked"] })
      .notNull()
      .default("active"),
    previousState: text("previous_state"),
    parkedReason: text("parked_reason"),
    tokens: integer("tokens").notNull(),
    costMicros: integer("cost_micros").notNull(),
    version: integer("version").notNull(),
    createdAt: integer("created_at").notNull(),
    lastAt: integer("last_at").notNull(),
  },
  (table) => [
    index("conversations_last").on(table.lastAt, table.id),
    index("conversations_contact").on(table.contactId),
  ],
);

export type ConversationRow = typeof conversations.$inferSelect;
