import type { TenantLimits } from "@charla/domain/lease";
import type { NoticeRecipient } from "@charla/domain/notice";
import { integer, sqliteTable, text, uniqueIndex } from "drizzle-orm/sqlite-core";

export type TenantStatus = "creating" | "active" | "paused" | "suspended" | "deleting";

export const tenants = sqliteTable(
  "tenants",
  {
    id: text("id").primaryKey(),
    slug: text("slug").notNull(),
    name: text("name").notNull(),
    language: text("language", { enum: ["es", "en"] }).notNull(),
    status: text("status").$type<TenantStatus>().notNull(),
    cellId: text("cell_id").notNull(),
    wrappedKey: text("wrapped_key").notNull(),
    /** Who is told by mail when something needs them. */
    noticeRecipients: text("notice_recipients", { mode: "json" }).$type<NoticeRecipient[]>().notNull().default([]),
    limits: text("limits", { mode: "json" }).$type<TenantLimits>().notNull(),
    createdAt: integer("created_at").notNull(),
    updatedAt: integer("updated_at").notNull(),
  },
  (table) => [uniqueIndex("tenants_slug").on(table.slug)],
);

export type TenantRow = typeof tenants.$inferSelect;
