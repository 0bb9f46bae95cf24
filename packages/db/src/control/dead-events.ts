import { sql } from "drizzle-orm";
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
    discardedAt: integer("discarded_at"),
    /** Who replayed or discarded it. */
    settledBy: text("settled_by"),
  },
  (table) => [
    index("dead_events_at").on(table.at),
    index("dead_events_waiting")
      .on(table.queue)
      .where(sql`replayed_at IS NULL AND discarded_at IS NULL`),
  ],
);

export type DeadEventRow = typeof deadEvents.$inferSelect;
