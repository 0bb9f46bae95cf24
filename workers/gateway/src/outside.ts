import { egressPolicyOf, policedFetch } from "@charla/domain/egress-policy";
import type { Outside } from "@charla/services/channels/ask-vendor";
import { logConnectFailure } from "./log.ts";

/** For all calls of one step together; some vendors call our webhook before they answer. */
const DEADLINE_MS = 25_000;

/** How vendors are reached while a person waits for the report. */
export const outsideOf = (env: Pick<GatewayEnv, "HTTP_ALLOW_LOOPBACK" | "PUBLIC_BASE_URL">): Outside => ({
  fetch: policedFetch(
    (input, init) => fetch(input, init),
    egressPolicyOf(env.HTTP_ALLOW_LOOPBACK, env.PUBLIC_BASE_URL),
  ),
  deadlineMs: DEADLINE_MS,
  failed: logConnectFailure,
});
