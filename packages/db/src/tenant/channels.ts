import type { ChannelConnection } from "@charla/domain/channel-connection";
import type { ChannelRoute } from "@charla/domain/channel-record";
import { index, integer, sqliteTable, text } from "drizzle-orm/sqlite-core";

export const channels = sqliteTable(
  "channels",
  {
    id: text("id").primaryKey(),
    kind: text("kind").notNull(),
    name: text("name").notNull(),
    agentId: text("agent_id").notNull(),
    status: text("status").$type<ChannelRoute["status"]>().notNull(),
    config: text("config", { mode: "json" }).$type<ChannelRoute["config"]>().notNull(),
    sealedSecrets: text("sealed_secrets").notNull(),
    burst: text("burst", { mode: "json" }).$type<Record<string, number>>(),
    handBackMinutes: integer("hand_back_minutes").notNull().default(30),
    /** What the last connecting or disconnecting found. */
    connection: text("connection", { mode: "json" }).$type<ChannelConnection>(),
    /** Somebody is connecting or disconnecting it; ends by itself where that broke off. */
    connectingUntil: integer("connecting_until"),
    version: integer("version").notNull(),
    createdAt: integer("created_at").notNull(),
    updatedAt: integer("updated_at").notNull(),
  },
  (table) => [index("channels_agent").on(table.agentId)],
);

export type ChannelRow = typeof channels.$inferSelect;
