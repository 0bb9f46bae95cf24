import { requirePermission } from "../auth/permissions.ts";
import type { PlatformCtx } from "../context.ts";
import { changeTenant, fetchTenant } from "./internal.ts";
import { type TenantOut, type UpdateTenantInput, toTenantOut } from "./schemas.ts";

export async function updateTenant(platform: PlatformCtx, id: string, input: UpdateTenantInput): Promise<TenantOut> {
  requirePermission(platform, "tenants.write");
  const { name, language } = await fetchTenant(platform, id);
  return toTenantOut(
    await changeTenant(platform, id, { name: input.name ?? name, language: input.language ?? language }),
  );
}
