import { index, integer, sqliteTable, text } from "drizzle-orm/sqlite-core";

export const oneTimeLinks = sqliteTable(
  "one_time_links",
  {
    tokenHash: text("token_hash").primaryKey(),
    tenantId: text("tenant_id").notNull(),
    /** Who signs in with it: a member's id. */
    subject: text("subject").notNull(),
    returnTo: text("return_to").notNull(),
    createdAt: integer("created_at").notNull(),
    expiresAt: integer("expires_at").notNull(),
    usedAt: integer("used_at"),
  },
  (table) => [index("one_time_links_expiry").on(table.expiresAt)],
);
