import { index, integer, sqliteTable, text, uniqueIndex } from "drizzle-orm/sqlite-core";

/** Passages as they are found and shown. `number` is the row of `knowledge_words`, the full-text index. */
export const knowledgeChunks = sqliteTable(
  "knowledge_chunks",
  {
    number: integer("number").primaryKey({ autoIncrement: true }),
    documentId: text("document_id").notNull(),
    n: integer("n").notNull(),
    baseId: text("base_id").notNull(),
    heading: text("heading").notNull(),
    body: text("body").notNull(),
    language: text("language").notNull(),
    embedded: integer("embedded", { mode: "boolean" }).notNull(),
  },
  (table) => [
    uniqueIndex("knowledge_chunks_place").on(table.documentId, table.n),
    index("knowledge_chunks_base").on(table.baseId),
  ],
);
