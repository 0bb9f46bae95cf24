import type { DocumentError, DocumentKind, DocumentStatus } from "@charla/domain/knowledge";
import { index, integer, sqliteTable, text, uniqueIndex } from "drizzle-orm/sqlite-core";

/** What a knowledge base is made of: a file in the store, or a question with its answer. */
export const knowledgeDocuments = sqliteTable(
  "knowledge_documents",
  {
    id: text("id").primaryKey(),
    baseId: text("base_id").notNull(),
    kind: text("kind").$type<DocumentKind>().notNull(),
    title: text("title").notNull(),
    /** Empty for a question with its answer. */
    fileKey: text("file_key").notNull(),
    mime: text("mime").notNull(),
    size: integer("size").notNull(),
    question: text("question"),
    answer: text("answer"),
    /** Of the content; a second one of the same in a base folds into the first. Gone once it is to be deleted. */
    sha256: text("sha256"),
    status: text("status").$type<DocumentStatus>().notNull(),
    error: text("error").$type<DocumentError>(),
    language: text("language"),
    truncated: integer("truncated", { mode: "boolean" }).notNull(),
    /** Grows with every order to read it again; work for an older one is dropped. */
    revision: integer("revision").notNull(),
    /** The revision whose chunks stand in the table; 0 before the first. */
    chunkedRevision: integer("chunked_revision").notNull(),
    attempts: integer("attempts").notNull(),
    chunks: integer("chunks").notNull(),
    embedded: integer("embedded").notNull(),
    /** Vectors that may exist outside, numbered from 0: what has to be deleted there. */
    vectors: integer("vectors").notNull(),
    createdAt: integer("created_at").notNull(),
    updatedAt: integer("updated_at").notNull(),
  },
  (table) => [
    uniqueIndex("knowledge_documents_content").on(table.baseId, table.sha256),
    index("knowledge_documents_base").on(table.baseId, table.id),
    index("knowledge_documents_status").on(table.status, table.updatedAt),
  ],
);

export type KnowledgeDocumentRow = typeof knowledgeDocuments.$inferSelect;
