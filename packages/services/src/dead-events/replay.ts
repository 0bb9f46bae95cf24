import { deadEvents } from "@charla/db/control/dead-events";
import { AppError, isAppError, messageOf } from "@charla/domain/errors";
import { and, eq } from "drizzle-orm";
import { requirePermission } from "../auth/permissions.ts";
import { actorName, type PlatformCtx } from "../context.ts";
import { alreadySettled, contentOf, fetchEvent, isWaiting, stateOf, toDeadEventOut } from "./internal.ts";
import type { DeadEventOut, Requeue } from "./schemas.ts";

/**
 * Sent first and marked after: what breaks off in between waits on and is sent twice at worst, and both queues carry
 * only what their consumers recognise when it comes again.
 */
export async function replayDeadEvent(platform: PlatformCtx, id: string, requeue: Requeue): Promise<DeadEventOut> {
  requirePermission(platform, "tenants.write");
  const row = await fetchEvent(platform, id);
  const content = await contentOf(platform, row);
  if (stateOf(row) !== "waiting" || content === null) throw alreadySettled(row);
  try {
    await requeue(row.queue, markReplayed(JSON.parse(content)));
  } catch (error) {
    if (isAppError(error)) throw error;
    throw new AppError("UNAVAILABLE", `the queue did not take dead event ${id}: ${messageOf(error)}`);
  }
  await platform.control.orm
    .update(deadEvents)
    .set({ replayedAt: platform.now(), settledBy: actorName(platform.actor) })
    .where(and(eq(deadEvents.id, id), isWaiting));
  return toDeadEventOut(await fetchEvent(platform, id));
}

/** What arrives after all closes the letters by which its tenant knows of it; log rows have none. */
const markReplayed = (body: unknown): unknown =>
  typeof body === "object" && body !== null && "arrival" in body ? { ...body, replayed: true } : body;
