import { integer, sqliteTable, text } from "drizzle-orm/sqlite-core";

export const knowledgeBases = sqliteTable("knowledge_bases", {
  id: text("id").primaryKey(),
  name: text("name").notNull(),
  description: text("description").notNull(),
  version: integer("version").notNull(),
  createdAt: integer("created_at").notNull(),
  updatedAt: integer("updated_at").notNull(),
});

export type KnowledgeBaseRow = typeof knowledgeBases.$inferSelect;
