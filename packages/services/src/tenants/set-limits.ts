import type { TenantLimits } from "@charla/domain/lease";
import { requirePermission } from "../auth/permissions.ts";
import type { PlatformCtx } from "../context.ts";
import { changeTenant, fetchTenant } from "./internal.ts";
import { type TenantOut, toTenantOut } from "./schemas.ts";

export async function setTenantLimits(platform: PlatformCtx, id: string, limits: TenantLimits): Promise<TenantOut> {
  requirePermission(platform, "tenants.write");
  await fetchTenant(platform, id);
  await platform.gateOf(id).setLimits(limits);
  return toTenantOut(await changeTenant(platform, id, { limits }));
}
