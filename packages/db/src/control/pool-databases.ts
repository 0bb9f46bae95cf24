import { integer, sqliteTable, text, uniqueIndex } from "drizzle-orm/sqlite-core";

/** Databases that are bound to the Workers, and who has them; `binding` is the name of the binding. */
export const poolDatabases = sqliteTable(
  "pool_databases",
  {
    binding: text("binding").primaryKey(),
    cellId: text("cell_id").notNull(),
    tenantId: text("tenant_id"),
    claimedAt: integer("claimed_at"),
  },
  (table) => [uniqueIndex("pool_databases_tenant").on(table.tenantId)],
);
