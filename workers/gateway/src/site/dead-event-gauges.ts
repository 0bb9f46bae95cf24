import type { ControlDb } from "@charla/db/open";
import { waitingDeadEvents } from "@charla/services/dead-events/waiting";
import { labelsOf, type MetricRow } from "@charla/telemetry/prometheus";

/** How many undelivered queue messages wait for a person. A queue without one is there too, as 0: alerts need the series. */
export async function deadEventGauges(control: ControlDb): Promise<MetricRow[]> {
  const waiting = new Map([
    ["charla-events-dlq", 0],
    ["charla-inbound-dlq", 0],
  ]);
  for (const row of await waitingDeadEvents(control)) waiting.set(row.queue, row.waiting);
  return [...waiting].map(([queue, value]) => ({ name: "charla_dead_events", labels: labelsOf({ queue }), value }));
}
