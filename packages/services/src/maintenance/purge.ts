import { deadEvents } from "@charla/db/control/dead-events";
import { idempotencyKeys } from "@charla/db/control/idempotency-keys";
import { oneTimeLinks } from "@charla/db/control/one-time-links";
import { lte, or } from "drizzle-orm";
import { requirePermission } from "../auth/permissions.ts";
import type { PlatformCtx } from "../context.ts";

/** As long as somebody may ask who replayed or discarded an event, and no longer than backups are kept. */
const SETTLED_MS = 30 * 86_400_000;

/** Throws away what has run out. */
export async function purgeExpired(platform: PlatformCtx): Promise<void> {
  requirePermission(platform, "tenants.write");
  const { orm } = platform.control;
  const at = platform.now();
  await orm.batch([
    orm.delete(idempotencyKeys).where(lte(idempotencyKeys.expiresAt, at)),
    orm.delete(oneTimeLinks).where(lte(oneTimeLinks.expiresAt, at)),
    orm
      .delete(deadEvents)
      .where(or(lte(deadEvents.replayedAt, at - SETTLED_MS), lte(deadEvents.discardedAt, at - SETTLED_MS))),
  ]);
}
