import type { ToolRequest, ToolResult } from "@charla/domain/tool-call";
import { createLogger } from "@charla/telemetry/logger";
import { writeToolCall, type Dataset } from "@charla/telemetry/metrics";

const log = createLogger({ worker: "tools" });

/** One point per call, one line per failure; neither holds arguments or results. */
export function record(dataset: Dataset, request: ToolRequest, result: ToolResult): void {
  const { tenantId, conversationId, turnId, trackingId, kind, name } = request;
  writeToolCall(dataset, { tenantId, kind, tool: name, outcome: result.status, ms: result.ms });
  if (result.status === "ok") return;
  const code = result.status === "error" ? result.code : "OUTCOME_UNKNOWN";
  log.warn("tool:failed", {
    tenantId,
    conversationId,
    turnId,
    trackingId,
    tool: name,
    outcome: result.status,
    code,
    ms: result.ms,
  });
}
