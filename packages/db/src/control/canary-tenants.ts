import { integer, sqliteTable, text } from "drizzle-orm/sqlite-core";

/** Tenants in whose databases cron has to look for canaries; nobody else's is opened for it. */
export const canaryTenants = sqliteTable("canary_tenants", {
  tenantId: text("tenant_id").primaryKey(),
  touchedAt: integer("touched_at").notNull(),
});
