import { metricCounters } from "@charla/db/control/metric-counters";
import type { ControlDb } from "@charla/db/open";
import type { MetricDelta } from "./counters.ts";

/** Running totals of the whole platform, in an order that keeps each metric together. */
export function readMetrics(control: ControlDb): Promise<MetricDelta[]> {
  return control.orm.select().from(metricCounters).orderBy(metricCounters.name, metricCounters.labels);
}
