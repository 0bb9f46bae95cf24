import type { AlertFacts, AlertKind } from "@charla/domain/channel-alert";
import { sql } from "drizzle-orm";
import { index, integer, sqliteTable, text, uniqueIndex } from "drizzle-orm/sqlite-core";

/** One row per episode: from when a channel was found in trouble until it was found well again. */
export const channelAlerts = sqliteTable(
  "channel_alerts",
  {
    id: text("id").primaryKey(),
    channelId: text("channel_id").notNull(),
    kind: text("kind").$type<AlertKind>().notNull(),
    openedAt: integer("opened_at").notNull(),
    closedAt: integer("closed_at"),
    facts: text("facts", { mode: "json" }).$type<AlertFacts>().notNull(),
    /** When the administrators were told of its beginning and its end; zero where they were spared. */
    openingToldAt: integer("opening_told_at"),
    closingToldAt: integer("closing_told_at"),
    /** Nobody else tries to tell them before this. */
    tellAfter: integer("tell_after").notNull(),
  },
  (table) => [
    uniqueIndex("channel_alerts_open")
      .on(table.channelId, table.kind)
      .where(sql`closed_at IS NULL`),
    index("channel_alerts_channel").on(table.channelId, table.id),
  ],
);

export type ChannelAlertRow = typeof channelAlerts.$inferSelect;
