import { rewrapTenant } from "@charla/services/tenants/rewrap";
import * as z from "zod";
import { endpoint } from "../endpoint.ts";
import { tenantPath } from "../schemas.ts";

export const tenantsRewrap = endpoint({
  id: "rewrapTenant",
  tag: "tenants",
  method: "post",
  path: "/v1/tenants/{tenantId}/rewrap",
  summary: "Put a tenant's data key under the newest key-encryption key; the last step of a rotation",
  access: { who: "platform" },
  params: tenantPath,
  body: z.strictObject({}),
  example: {},
  response: z
    .object({ rewrapped: z.boolean().describe("False when there was nothing to do") })
    .meta({ id: "Rewrapped" }),
  handle: async ({ c, params }) => ({ body: { rewrapped: await rewrapTenant(c.var.platform, params.tenantId) } }),
});
