import type { ErrorCode } from "@charla/domain/errors";
import { createLogger } from "@charla/telemetry/logger";

const logger = createLogger({ worker: "gateway" });

/** Only what nobody expected; what a caller did wrong is told to the caller and not logged. */
export function logRequestFailure(
  requestId: string,
  method: string,
  route: string,
  code: ErrorCode,
  error: unknown,
): void {
  logger.error("request:failed", { requestId, method, route, code, error });
}

/** A channel's own steps failed in a way it did not foresee. */
export const logConnectFailure = (failure: { channelId: string; channelKind: string; error: Error }): void =>
  logger.error("channel:connect_failed", failure);

export const logMetricsFailure = (error: unknown): void => logger.warn("metrics:failed", { error });
