import { TenantOut } from "@charla/services/tenants/schemas";
import { getTenant } from "@charla/services/tenants/get";
import { endpoint } from "../endpoint.ts";
import { tenantPath } from "../schemas.ts";

export const tenantsGet = endpoint({
  id: "getTenant",
  tag: "tenants",
  method: "get",
  path: "/v1/tenants/{tenantId}",
  summary: "Read a tenant",
  access: { who: "platform" },
  params: tenantPath,
  response: TenantOut,
  handle: async ({ c, params }) => ({ body: await getTenant(c.var.platform, params.tenantId) }),
});
