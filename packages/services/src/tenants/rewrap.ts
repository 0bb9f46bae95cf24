import { channels } from "@charla/db/tenant/channels";
import { providers } from "@charla/db/tenant/providers";
import { requirePermission } from "../auth/permissions.ts";
import { writeRoute } from "../channels/internal.ts";
import type { PlatformCtx } from "../context.ts";
import { writeProviderRecord } from "../providers/internal.ts";
import { isCurrent, rewrap } from "../vault/keyring.ts";
import { changeTenant, fetchTenant } from "./internal.ts";
import { openTenant } from "./open.ts";

/**
 * Puts the tenant's data key under the newest key-encryption key, also in the copies that travel with channels and
 * providers. What is sealed stays as it is. Says whether there was anything to do; a run that broke off is repeated.
 */
export async function rewrapTenant(platform: PlatformCtx, id: string): Promise<boolean> {
  requirePermission(platform, "tenants.write");
  const tenant = await fetchTenant(platform, id);
  const done = isCurrent(platform.keyring, tenant.wrappedKey);
  if (!done) await changeTenant(platform, id, { wrappedKey: await rewrap(platform.keyring, tenant.wrappedKey) });
  const ctx = await openTenant(platform, id);
  for (const row of await ctx.db.orm.select().from(channels)) await writeRoute(ctx, row);
  for (const row of await ctx.db.orm.select().from(providers)) await writeProviderRecord(ctx, row);
  return !done;
}
