import { ERROR_CODES, type ErrorCode } from "@charla/domain/errors";
import { createLogger } from "@charla/telemetry/logger";

const logger = createLogger({ worker: "gateway" });

/** What the caller did wrong is told to the caller and not logged; what the operator must change is no failure of ours. */
export function logRequestFailure(
  requestId: string,
  method: string,
  route: string,
  code: ErrorCode,
  error: unknown,
): void {
  const fields = { requestId, method, route, code, error };
  if (ERROR_CODES[code] === "operator" && code !== "INTERNAL") logger.warn("request:blocked", fields);
  else logger.error("request:failed", fields);
}

/** A channel's own steps failed in a way it did not foresee. */
export const logConnectFailure = (failure: { channelId: string; channelKind: string; error: Error }): void =>
  logger.error("channel:connect_failed", failure);

export const logMetricsFailure = (error: unknown): void => logger.warn("metrics:failed", { error });
