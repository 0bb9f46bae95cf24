import { TenantOut, UpdateTenantInput } from "@charla/services/tenants/schemas";
import { updateTenant } from "@charla/services/tenants/update";
import { endpoint } from "../endpoint.ts";
import { tenantPath } from "../schemas.ts";

export const tenantsUpdate = endpoint({
  id: "updateTenant",
  tag: "tenants",
  method: "patch",
  path: "/v1/tenants/{tenantId}",
  summary: "Change a tenant's name or language",
  access: { who: "platform" },
  params: tenantPath,
  body: UpdateTenantInput,
  example: { name: "La Cadena Ruzafa" },
  response: TenantOut,
  handle: async ({ c, params, body }) => ({ body: await updateTenant(c.var.platform, params.tenantId, body) }),
});
