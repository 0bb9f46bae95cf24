import { integer, sqliteTable, text, uniqueIndex } from "drizzle-orm/sqlite-core";

/** Who published what when; the content is immutable in KV under the release's id. */
export const releases = sqliteTable(
  "releases",
  {
    id: text("id").primaryKey(),
    agentId: text("agent_id").notNull(),
    number: integer("number").notNull(),
    note: text("note").notNull(),
    createdBy: text("created_by").notNull(),
    createdAt: integer("created_at").notNull(),
  },
  (table) => [uniqueIndex("releases_number").on(table.agentId, table.number)],
);

export type ReleaseRow = typeof releases.$inferSelect;
