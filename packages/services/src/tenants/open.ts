import { poolDatabases } from "@charla/db/control/pool-databases";
import { type TenantRow, tenants } from "@charla/db/control/tenants";
import type { Database } from "@charla/db/database";
import { type ControlDb, openTenantDb } from "@charla/db/open";
import { AppError } from "@charla/domain/errors";
import { eq } from "drizzle-orm";
import type { Ctx, PlatformCtx } from "../context.ts";
import { Lru } from "../vault/lru.ts";

type Found = { tenant: TenantRow; binding: string };

// How long another isolate may still act on what a tenant was before a change.
const MAX_AGE_MS = 15_000;
const CACHED_TENANTS = 2_000;
const caches = new WeakMap<Database, Lru<Found>>();

/** Everything of one tenant and nothing of another. The caller has taken the id from a credential or a channel's route. */
export async function openTenant(platform: PlatformCtx, tenantId: string): Promise<Ctx> {
  const { tenant, binding } = await find(platform.control, tenantId);
  const db = await openTenantDb(platform.pool.get(binding), tenantId);
  return { ...platform, tenantId, tenant, wrappedKey: tenant.wrappedKey, db, gate: platform.gateOf(tenantId) };
}

export function forgetTenant(control: ControlDb, tenantId: string): void {
  caches.get(control.d1)?.delete(tenantId);
}

async function find(control: ControlDb, tenantId: string): Promise<Found> {
  const cache = cacheOf(control.d1);
  const known = cache.get(tenantId);
  if (known !== undefined) return known;
  const [found] = await control.orm
    .select({ tenant: tenants, binding: poolDatabases.binding })
    .from(tenants)
    .innerJoin(poolDatabases, eq(poolDatabases.tenantId, tenants.id))
    .where(eq(tenants.id, tenantId))
    .limit(1);
  if (found === undefined || found.tenant.status === "creating" || found.tenant.status === "deleting")
    throw new AppError("NOT_FOUND", `no tenant ${tenantId}`);
  cache.set(tenantId, found);
  return found;
}

function cacheOf(database: Database): Lru<Found> {
  const known = caches.get(database);
  if (known !== undefined) return known;
  const fresh = new Lru<Found>(CACHED_TENANTS, MAX_AGE_MS);
  caches.set(database, fresh);
  return fresh;
}
