import { Limits, TenantOut } from "@charla/services/tenants/schemas";
import { setTenantLimits } from "@charla/services/tenants/set-limits";
import { endpoint } from "../endpoint.ts";
import { tenantPath } from "../schemas.ts";

export const tenantsSetLimits = endpoint({
  id: "setTenantLimits",
  tag: "tenants",
  method: "put",
  path: "/v1/tenants/{tenantId}/limits",
  summary: "Set a tenant's budget",
  description: "Tokens and money (micro-dollars) per period; `null` is unlimited. In force at once.",
  access: { who: "platform" },
  params: tenantPath,
  body: Limits,
  example: { tokens: 5_000_000, micros: 20_000_000, period: "month" },
  response: TenantOut,
  handle: async ({ c, params, body }) => ({ body: await setTenantLimits(c.var.platform, params.tenantId, body) }),
});
