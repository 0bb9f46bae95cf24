import { index, integer, sqliteTable, text } from "drizzle-orm/sqlite-core";

/** Queue messages that every retry failed on. The body is sealed: it may hold what a customer wrote. */
export const deadEvents = sqliteTable(
  "dead_events",
  {
    id: text("id").primaryKey(),
    queue: text("queue").notNull(),
    tenantId: text("tenant_id"),
    reason: text("reason").notNull(),
    sealedBody: text("sealed_body").notNull(),
    at: integer("at").notNull(),
    replayedAt: integer("replayed_at"),
  },
  (table) => [index("dead_events_at").on(table.at)],
);
