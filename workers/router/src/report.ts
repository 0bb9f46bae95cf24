import { writeWebhook } from "@charla/telemetry/metrics";
import type { Deps } from "./deps.ts";
import type { Trace } from "./trace.ts";

/** The one line of log and the one metric of whatever came in. */
export function report(deps: Deps, trace: Trace, status: number, ms: number): void {
  deps.log.info("webhook:handled", { ...trace, status, ms });
  const { tenantId, channelId, channelKind, accepted = 0, duplicates = 0, rejected = 0, spilled = 0 } = trace;
  if (tenantId === undefined || channelId === undefined || channelKind === undefined) return;
  writeWebhook(deps.metrics, { tenantId, channelId, channelKind, status, accepted, duplicates, rejected, spilled, ms });
}
