import { deadEvents } from "@charla/db/control/dead-events";
import { and, eq } from "drizzle-orm";
import { requirePermission } from "../auth/permissions.ts";
import { actorName, type PlatformCtx } from "../context.ts";
import { alreadySettled, fetchEvent, isWaiting, toDeadEventOut } from "./internal.ts";
import type { DeadEventOut } from "./schemas.ts";

/** The content goes at once; that it was there, and who threw it away, stays for as long as settled events are kept. */
export async function discardDeadEvent(platform: PlatformCtx, id: string): Promise<DeadEventOut> {
  requirePermission(platform, "tenants.write");
  const row = await fetchEvent(platform, id);
  const discarded = await platform.control.orm
    .update(deadEvents)
    .set({ discardedAt: platform.now(), settledBy: actorName(platform.actor), sealedBody: "" })
    .where(and(eq(deadEvents.id, id), isWaiting))
    .returning();
  const [changed] = discarded;
  if (changed === undefined) throw alreadySettled(await fetchEvent(platform, row.id));
  return toDeadEventOut(changed);
}
