import type { AgentSettings } from "@charla/domain/release";
import { index, integer, sqliteTable, text } from "drizzle-orm/sqlite-core";

export type AgentStatus = "active" | "archived";

/** `settings` is the draft; what runs is the release. `version` grows with every edit and is the ETag. */
export const agents = sqliteTable(
  "agents",
  {
    id: text("id").primaryKey(),
    settings: text("settings", { mode: "json" }).$type<AgentSettings>().notNull(),
    status: text("status").$type<AgentStatus>().notNull(),
    version: integer("version").notNull(),
    releaseId: text("release_id"),
    createdAt: integer("created_at").notNull(),
    updatedAt: integer("updated_at").notNull(),
  },
  (table) => [index("agents_status").on(table.status, table.id)],
);

export type AgentRow = typeof agents.$inferSelect;
