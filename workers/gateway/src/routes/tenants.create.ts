import { CreateTenantInput, TenantOut } from "@charla/services/tenants/schemas";
import { createTenant } from "@charla/services/tenants/create";
import { endpoint } from "../endpoint.ts";

export const tenantsCreate = endpoint({
  id: "createTenant",
  tag: "tenants",
  method: "post",
  path: "/v1/tenants",
  summary: "Create a tenant",
  description: "Claims a free database of the pool; `POOL_EXHAUSTED` when there is none.",
  access: { who: "platform" },
  body: CreateTenantInput,
  example: { slug: "la-cadena", name: "La Cadena", language: "es" },
  response: TenantOut,
  status: 201,
  handle: async ({ c, body }) => {
    const tenant = await createTenant(c.var.platform, body);
    return { body: tenant, location: `/v1/tenants/${tenant.id}` };
  },
});
