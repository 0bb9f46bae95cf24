import { PoolStatus, poolStatus } from "@charla/services/pool/status";
import { endpoint } from "../endpoint.ts";

export const poolGet = endpoint({
  id: "getPool",
  tag: "tenants",
  method: "get",
  path: "/v1/pool",
  summary: "How many tenant databases are free",
  access: { who: "platform" },
  response: PoolStatus,
  handle: async ({ c }) => ({ body: await poolStatus(c.var.platform) }),
});
