import { addCounters } from "@charla/db/control/statements";
import type { ControlDb } from "@charla/db/open";
import { Counters, type MetricDelta } from "./counters.ts";

/** One statement for any number of counters. */
export async function addMetrics(control: ControlDb, deltas: readonly MetricDelta[]): Promise<void> {
  const counters = new Counters();
  for (const { name, labels, value } of deltas) counters.add(name, labels, value);
  const rows = counters.deltas().map(({ name, labels, value }) => [name, labels, value]);
  if (rows.length === 0) return;
  await control.d1.prepare(addCounters).bind(JSON.stringify(rows)).run();
}
