import { idempotencyKeys } from "@charla/db/control/idempotency-keys";
import { oneTimeLinks } from "@charla/db/control/one-time-links";
import { lte } from "drizzle-orm";
import { requirePermission } from "../auth/permissions.ts";
import type { PlatformCtx } from "../context.ts";

/** Throws away what has run out. */
export async function purgeExpired(platform: PlatformCtx): Promise<void> {
  requirePermission(platform, "tenants.write");
  const { orm } = platform.control;
  const at = platform.now();
  await orm.batch([
    orm.delete(idempotencyKeys).where(lte(idempotencyKeys.expiresAt, at)),
    orm.delete(oneTimeLinks).where(lte(oneTimeLinks.expiresAt, at)),
  ]);
}
