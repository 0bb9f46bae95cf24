import { tenants } from "@charla/db/control/tenants";
import { and, eq, lt } from "drizzle-orm";
import { requirePermission } from "../auth/permissions.ts";
import type { PlatformCtx } from "../context.ts";
import { completeTenant } from "./complete.ts";

// A creation takes seconds; one older than this has lost its process.
const BROKEN_AFTER_MS = 60_000;

/** Finishes creations that broke off, and says which. */
export async function repairTenants(platform: PlatformCtx): Promise<string[]> {
  requirePermission(platform, "tenants.write");
  const broken = await platform.control.orm
    .select()
    .from(tenants)
    .where(and(eq(tenants.status, "creating"), lt(tenants.createdAt, platform.now() - BROKEN_AFTER_MS)));
  for (const tenant of broken) await completeTenant(platform, tenant);
  return broken.map(({ id }) => id);
}
