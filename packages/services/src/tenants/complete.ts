import { poolDatabases } from "@charla/db/control/pool-databases";
import type { TenantRow } from "@charla/db/control/tenants";
import { adoptTenantDb } from "@charla/db/open";
import { AppError } from "@charla/domain/errors";
import { eq } from "drizzle-orm";
import type { PlatformCtx } from "../context.ts";
import { changeTenant } from "./internal.ts";

/** The part of a creation that may be repeated: every step leaves the same behind however often it runs. */
export async function completeTenant(platform: PlatformCtx, tenant: TenantRow): Promise<TenantRow> {
  const [claimed] = await platform.control.orm
    .select()
    .from(poolDatabases)
    .where(eq(poolDatabases.tenantId, tenant.id))
    .limit(1);
  if (claimed === undefined) throw new AppError("INTERNAL", `tenant ${tenant.id} has no database`);
  await adoptTenantDb(platform.pool.get(claimed.binding), tenant.id);
  await platform.gateOf(tenant.id).setLimits(tenant.limits);
  return changeTenant(platform, tenant.id, { status: "active" });
}
