import { integer, sqliteTable, text } from "drizzle-orm/sqlite-core";

/** A cell is one deployment of the Workers with its own pool of databases. */
export const cells = sqliteTable("cells", {
  id: text("id").primaryKey(),
  baseUrl: text("base_url"),
  createdAt: integer("created_at").notNull(),
});

export const FIRST_CELL = "main";
