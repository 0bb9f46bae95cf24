import { requirePermission } from "../auth/permissions.ts";
import type { PlatformCtx } from "../context.ts";
import { fetchTenant } from "./internal.ts";
import { type TenantOut, toTenantOut } from "./schemas.ts";

export async function getTenant(platform: PlatformCtx, id: string): Promise<TenantOut> {
  requirePermission(platform, "tenants.read");
  return toTenantOut(await fetchTenant(platform, id));
}
