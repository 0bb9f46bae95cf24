import { deadEvents } from "@charla/db/control/dead-events";
import { and, desc, eq, lt } from "drizzle-orm";
import { requirePermission } from "../auth/permissions.ts";
import type { PlatformCtx } from "../context.ts";
import { IdCursor, type Page, parseCursor, toPage } from "../paging.ts";
import { inState, toDeadEventOut } from "./internal.ts";
import type { DeadEventOut, ListDeadEventsInput } from "./schemas.ts";

/** Newest first. */
export async function listDeadEvents(
  platform: PlatformCtx,
  { state, queue, tenantId, cursor, limit }: ListDeadEventsInput,
): Promise<Page<DeadEventOut>> {
  requirePermission(platform, "tenants.read");
  const [before] = parseCursor(cursor, IdCursor) ?? [];
  const rows = await platform.control.orm
    .select()
    .from(deadEvents)
    .where(
      and(
        inState(state),
        queue === undefined ? undefined : eq(deadEvents.queue, queue),
        tenantId === undefined ? undefined : eq(deadEvents.tenantId, tenantId),
        before === undefined ? undefined : lt(deadEvents.id, before),
      ),
    )
    .orderBy(desc(deadEvents.id))
    .limit(limit + 1);
  return toPage(rows, limit, ({ id }) => [id], toDeadEventOut);
}
