import { index, integer, primaryKey, sqliteTable, text } from "drizzle-orm/sqlite-core";

/** One POST per key and scope (a tenant or the platform); the answer is sealed, since it may show a secret. */
export const idempotencyKeys = sqliteTable(
  "idempotency_keys",
  {
    scope: text("scope").notNull(),
    key: text("key").notNull(),
    requestHash: text("request_hash").notNull(),
    status: integer("status"),
    sealedAnswer: text("sealed_answer"),
    createdAt: integer("created_at").notNull(),
    expiresAt: integer("expires_at").notNull(),
  },
  (table) => [primaryKey({ columns: [table.scope, table.key] }), index("idempotency_keys_expiry").on(table.expiresAt)],
);
