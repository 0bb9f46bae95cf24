import { Admission, type ShedReason } from "@charla/domain/admission";
import { controlMetrics } from "@charla/services/metrics/buffer";
import { REFUSED, refusedLabels, SHED } from "@charla/services/metrics/counters";
import type { Logger } from "@charla/telemetry/logger";
import { labelsOf } from "@charla/telemetry/prometheus";
import { waitUntil } from "cloudflare:workers";
import { Readers } from "./readers.ts";

export type CountShed = (reason: ShedReason | "body_slow", tenantId: string | undefined) => void;
/** Somebody who could not sign knocked at this account. */
export type CountRefused = (tenantId: string, channelId: string) => void;

/** Webhooks under way in one isolate. An account gets half of what its tenant gets, so that one never silences the others. */
const UNDER_WAY = { perAccount: 64, perTenant: 128, total: 512, most: 768 };

const MB = 1_048_576;
/** Bodies that nobody has vouched for yet, of one isolate. 256 of one account, 1,024 of all; large ones count for more. */
const READING = { leastBytes: MB / 16, accountBytes: 16 * MB, totalBytes: 64 * MB };

/** Who is let in, and how it is counted who is not. */
export function sheddingOf(
  { CONTROL_DB, TENANT_MESSAGES_PER_SECOND }: Pick<RouterEnv, "CONTROL_DB" | "TENANT_MESSAGES_PER_SECOND">,
  log: Logger,
): { admission: Admission; readers: Readers; shed: CountShed; refused: CountRefused } {
  const tenantPerSecond = Number(TENANT_MESSAGES_PER_SECOND);
  const counted = controlMetrics(CONTROL_DB, {
    later: waitUntil,
    failed: (error) => log.warn("metrics:failed", { error }),
  });
  return {
    admission: new Admission({ ...UNDER_WAY, tenantPerSecond, accountPerSecond: tenantPerSecond / 2 }),
    refused: (tenantId, channelId) => counted.add(REFUSED, refusedLabels(tenantId, channelId)),
    readers: new Readers(READING),
    shed: (reason, tenant = "") => counted.add(SHED, labelsOf({ area: "webhooks", reason, tenant })),
  };
}
