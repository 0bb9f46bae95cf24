import { index, integer, sqliteTable, text } from "drizzle-orm/sqlite-core";

/** The authority on whose account a mail address is, across all tenants; KV holds a copy. */
export const channelAddresses = sqliteTable(
  "channel_addresses",
  {
    address: text("address").primaryKey(),
    channelId: text("channel_id").notNull(),
    tenantId: text("tenant_id").notNull(),
    claimedAt: integer("claimed_at").notNull(),
  },
  (table) => [index("channel_addresses_channel").on(table.channelId)],
);
