import { TenantOut } from "@charla/services/tenants/schemas";
import { setTenantStatus } from "@charla/services/tenants/set-status";
import * as z from "zod";
import { endpoint } from "../endpoint.ts";
import { tenantPath } from "../schemas.ts";

const transition = (
  verb: "suspend" | "activate" | "pause",
  status: "suspended" | "active" | "paused",
  summary: string,
) =>
  endpoint({
    id: `${verb}Tenant`,
    tag: "tenants",
    method: "post",
    path: `/v1/tenants/{tenantId}/${verb}`,
    summary,
    access: { who: "platform" },
    params: tenantPath,
    body: z.strictObject({}),
    example: {},
    response: TenantOut,
    handle: async ({ c, params }) => ({ body: await setTenantStatus(c.var.platform, params.tenantId, status) }),
  });

export const tenantsSuspend = transition("suspend", "suspended", "Suspend a tenant: its agents fall silent at once");
export const tenantsActivate = transition("activate", "active", "Put a tenant back to work");
export const tenantsPause = transition("pause", "paused", "Pause a tenant's agents; people can still answer");
