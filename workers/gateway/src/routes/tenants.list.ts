import { TenantOut } from "@charla/services/tenants/schemas";
import { listTenants } from "@charla/services/tenants/list";
import { endpoint } from "../endpoint.ts";
import { pageOf, PageQuery } from "../page.ts";

export const tenantsList = endpoint({
  id: "listTenants",
  tag: "tenants",
  method: "get",
  path: "/v1/tenants",
  summary: "List tenants",
  access: { who: "platform" },
  query: PageQuery,
  response: pageOf(TenantOut),
  handle: async ({ c, query }) => ({ body: await listTenants(c.var.platform, query) }),
});
