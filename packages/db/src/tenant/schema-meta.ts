import { sqliteTable, text } from "drizzle-orm/sqlite-core";

/** Facts about the database itself; `owner` is the tenant it belongs to. */
export const schemaMeta = sqliteTable("schema_meta", {
  key: text("key").primaryKey(),
  value: text("value").notNull(),
});
