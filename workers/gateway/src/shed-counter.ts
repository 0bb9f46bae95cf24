import type { ErrorCode } from "@charla/domain/errors";
import { controlMetrics, type MetricBuffer } from "@charla/services/metrics/buffer";
import { SHED } from "@charla/services/metrics/counters";
import { labelsOf } from "@charla/telemetry/prometheus";
import { waitUntil } from "cloudflare:workers";
import type { Context } from "hono";
import type { AppEnv } from "./app-env.ts";
import { logMetricsFailure } from "./log.ts";

let counted: MetricBuffer | undefined;

/** The areas there are; a path that somebody made up must not become a series. */
const AREAS = new Map([
  ["chat", "chat"],
  ["v1", "api"],
  ["auth", "sign-in"],
]);

/** Counts what was refused for overload, by area and, where it is known, tenant. */
export function countShed(c: Context<AppEnv>, code: ErrorCode): void {
  counted ??= controlMetrics(c.env.CONTROL_DB, { later: waitUntil, failed: logMetricsFailure });
  const area = AREAS.get(c.req.path.split("/")[1] ?? "") ?? "other";
  counted.add(SHED, labelsOf({ area, reason: code.toLowerCase(), tenant: c.var.tenantId ?? "" }));
}
