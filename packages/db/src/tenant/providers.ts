import type { ProviderRecord } from "@charla/domain/channel-record";
import { integer, sqliteTable, text } from "drizzle-orm/sqlite-core";

export const providers = sqliteTable("providers", {
  id: text("id").primaryKey(),
  kind: text("kind").notNull(),
  name: text("name").notNull(),
  baseUrl: text("base_url").notNull(),
  sealedKey: text("sealed_key").notNull(),
  keyHint: text("key_hint").notNull(),
  prices: text("prices", { mode: "json" }).$type<ProviderRecord["prices"]>().notNull(),
  version: integer("version").notNull(),
  createdAt: integer("created_at").notNull(),
  updatedAt: integer("updated_at").notNull(),
});

export type ProviderRow = typeof providers.$inferSelect;
