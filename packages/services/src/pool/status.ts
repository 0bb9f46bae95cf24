import { poolDatabases } from "@charla/db/control/pool-databases";
import * as z from "zod";
import { requirePermission } from "../auth/permissions.ts";
import type { PlatformCtx } from "../context.ts";
import { registerPool } from "./register.ts";

export const PoolStatus = z.object({
  size: z.int(),
  free: z.int(),
  claimed: z.array(z.object({ binding: z.string(), tenantId: z.string() })),
});
export type PoolStatus = z.infer<typeof PoolStatus>;

export async function poolStatus(platform: PlatformCtx): Promise<PoolStatus> {
  requirePermission(platform, "tenants.read");
  await registerPool(platform);
  const rows = await platform.control.orm.select().from(poolDatabases).orderBy(poolDatabases.binding);
  const claimed = rows.flatMap(({ binding, tenantId }) => (tenantId === null ? [] : [{ binding, tenantId }]));
  return { size: rows.length, free: rows.length - claimed.length, claimed };
}
