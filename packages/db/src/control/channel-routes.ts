import type { ChannelRoute } from "@charla/domain/channel-record";
import { index, integer, sqliteTable, text } from "drizzle-orm/sqlite-core";

/** The authority on which tenant a channel belongs to; KV holds a copy for the webhook path. */
export const channelRoutes = sqliteTable(
  "channel_routes",
  {
    channelId: text("channel_id").primaryKey(),
    tenantId: text("tenant_id").notNull(),
    route: text("route", { mode: "json" }).$type<ChannelRoute>().notNull(),
    version: integer("version").notNull(),
    updatedAt: integer("updated_at").notNull(),
  },
  (table) => [index("channel_routes_tenant").on(table.tenantId)],
);
