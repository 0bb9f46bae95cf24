import { integer, sqliteTable, text } from "drizzle-orm/sqlite-core";

/** Sealed columns open with the contact's own key only. */
export const contacts = sqliteTable("contacts", {
  id: text("id").primaryKey(),
  sealedName: text("sealed_name"),
  locale: text("locale"),
  createdAt: integer("created_at").notNull(),
  updatedAt: integer("updated_at").notNull(),
});
