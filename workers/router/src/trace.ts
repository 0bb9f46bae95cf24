import type { Shed } from "@charla/domain/admission";
import type { LogFields } from "@charla/telemetry/events";
import { shed } from "./answers.ts";
import type { Deps } from "./deps.ts";

/** What the one line of log about this webhook will say. */
export type Trace = LogFields & { trackingId: string; reason?: string };

/** Only what has not been accepted anywhere may be turned away. */
export function turnAway(refused: Shed, deps: Deps, trace: Trace): Response {
  trace.reason = refused.reason;
  deps.shed(refused.reason, trace.tenantId);
  return shed(refused, trace.trackingId);
}
