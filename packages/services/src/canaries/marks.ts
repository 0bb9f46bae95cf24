import { markTenant } from "@charla/db/canaries/statements";
import { canaryTenants } from "@charla/db/control/canary-tenants";
import type { ControlDb } from "@charla/db/open";
import { and, eq, lt } from "drizzle-orm";

/** A canary begins within this of its mark, or not at all. */
const FRESH_MS = 10 * 60_000;

/** Before the canary's row is written, so that no canary is ever unknown to cron. */
export async function mark(control: ControlDb, tenantId: string, now: number): Promise<void> {
  await control.d1.prepare(markTenant).bind(tenantId, now).run();
}

export async function markedTenants({ orm }: ControlDb): Promise<string[]> {
  const rows = await orm.select({ tenantId: canaryTenants.tenantId }).from(canaryTenants);
  return rows.map(({ tenantId }) => tenantId);
}

/** Nothing was left to do in it. One that was marked a moment ago may be about to begin a canary. */
export async function unmark({ orm }: ControlDb, tenantId: string, now: number): Promise<void> {
  const stale = lt(canaryTenants.touchedAt, now - FRESH_MS);
  await orm.delete(canaryTenants).where(and(eq(canaryTenants.tenantId, tenantId), stale));
}
