import { primaryKey, real, sqliteTable, text } from "drizzle-orm/sqlite-core";

/** Running totals behind `/metrics`; `labels` is written as Prometheus prints it and holds no personal data. */
export const metricCounters = sqliteTable(
  "metric_counters",
  {
    name: text("name").notNull(),
    labels: text("labels").notNull(),
    value: real("value").notNull(),
  },
  (table) => [primaryKey({ columns: [table.name, table.labels] })],
);
