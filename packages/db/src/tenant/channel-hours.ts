import { index, integer, primaryKey, sqliteTable, text } from "drizzle-orm/sqlite-core";

/** What a channel usually carries, by hours since the epoch (UTC): out of this its rhythm is learned. */
export const channelHours = sqliteTable(
  "channel_hours",
  {
    channelId: text("channel_id").notNull(),
    hour: integer("hour").notNull(),
    received: integer("received").notNull(),
    /** Conversations in which people wrote. */
    active: integer("active").notNull(),
    lastInAt: integer("last_in_at"),
  },
  (table) => [primaryKey({ columns: [table.channelId, table.hour] }), index("channel_hours_hour").on(table.hour)],
);

export type ChannelHourRow = typeof channelHours.$inferSelect;
