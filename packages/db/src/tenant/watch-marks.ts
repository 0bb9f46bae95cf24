import { sqliteTable, text } from "drizzle-orm/sqlite-core";

/** How far the watch over channels has come, and what it saw last, as JSON. */
export const watchMarks = sqliteTable("watch_marks", {
  key: text("key").primaryKey(),
  value: text("value").notNull(),
});
