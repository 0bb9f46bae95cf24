import { AppError } from "@charla/domain/errors";
import { requirePermission } from "../auth/permissions.ts";
import type { PlatformCtx } from "../context.ts";
import { changeTenant, fetchTenant } from "./internal.ts";
import { type TenantOut, toTenantOut } from "./schemas.ts";

export async function setTenantStatus(
  platform: PlatformCtx,
  id: string,
  status: "active" | "paused" | "suspended",
): Promise<TenantOut> {
  requirePermission(platform, "tenants.write");
  const { status: before } = await fetchTenant(platform, id);
  if (before === "creating") throw new AppError("CONFLICT", `tenant ${id} is still being created`);
  // The gate decides what runs; the row only shows it, so it follows.
  await platform.gateOf(id).setStatus({ status });
  return toTenantOut(await changeTenant(platform, id, { status }));
}

/** Shuts the tenant at once. Its database stays claimed until everything in it is erased. */
export async function deleteTenant(platform: PlatformCtx, id: string): Promise<void> {
  requirePermission(platform, "tenants.write");
  await fetchTenant(platform, id);
  await platform.gateOf(id).setStatus({ status: "suspended" });
  await changeTenant(platform, id, { status: "deleting" });
}
