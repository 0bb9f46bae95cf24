import { index, integer, primaryKey, sqliteTable, text } from "drizzle-orm/sqlite-core";

/** The first contact that is seen with an address keeps it; the address is found by its keyed hash. */
export const contactAddresses = sqliteTable(
  "contact_addresses",
  {
    channelKind: text("channel_kind").notNull(),
    addressHash: text("address_hash").notNull(),
    contactId: text("contact_id").notNull(),
    sealedAddress: text("sealed_address").notNull(),
    createdAt: integer("created_at").notNull(),
  },
  (table) => [
    primaryKey({ columns: [table.channelKind, table.addressHash] }),
    index("contact_addresses_contact").on(table.contactId),
  ],
);
