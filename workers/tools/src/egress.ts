import { egressPolicyOf } from "@charla/domain/egress-policy";
import type { ToolPorts } from "@charla/tools/execute";

/** The rules themselves are in `@charla/domain/egress-policy`; here is only what this deployment allows. */
export const egressPorts = (env: Pick<ToolsEnv, "HTTP_ALLOW_LOOPBACK" | "PUBLIC_BASE_URL">): ToolPorts => ({
  fetch: (input, init) => fetch(input, init),
  policy: egressPolicyOf(env.HTTP_ALLOW_LOOPBACK, env.PUBLIC_BASE_URL),
});
