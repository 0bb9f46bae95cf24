import { isId } from "@charla/domain/ids";
import type { PlatformCtx } from "@charla/services/context";
import { staleConversations } from "@charla/services/conversations/stale";
import { purgeExpired } from "@charla/services/maintenance/purge";
import { listTenants } from "@charla/services/tenants/list";
import { openTenant } from "@charla/services/tenants/open";
import { repairTenants } from "@charla/services/tenants/repair";
import { within } from "./deadline.ts";
import type { BackstageDeps } from "./deps.ts";

/** A conversation wakes itself within seconds; one whose turn is open for longer than this gets a push from outside. */
const STALE_AFTER_MS = 60_000;
const POKES_PER_TENANT = 100;
const TENANTS_AT_ONCE = 8;
const POKE_MS = 10_000;

/** The minute's work. A part that fails is logged and does not keep the others from running. */
export async function runCron(deps: BackstageDeps): Promise<void> {
  const platform = await deps.platform();
  const tasks: Record<string, () => Promise<number>> = {
    poke: () => pokeStale(platform, deps),
    purge: async () => {
      await purgeExpired(platform);
      return 0;
    },
    repair: async () => {
      await repairTenants(platform);
      return 0;
    },
  };
  const startedAt = deps.clock();
  let count = 0;
  for (const [task, run] of Object.entries(tasks)) {
    try {
      count += await run();
    } catch (error) {
      deps.log.error("cron:failed", { task, error });
    }
  }
  deps.log.info("cron:ran", { count, ms: deps.clock() - startedAt });
}

async function pokeStale(platform: PlatformCtx, deps: BackstageDeps): Promise<number> {
  let poked = 0;
  let cursor: string | undefined;
  do {
    const page = await listTenants(platform, { limit: 100, ...(cursor !== undefined && { cursor }) });
    for (let at = 0; at < page.data.length; at += TENANTS_AT_ONCE) {
      const some = page.data.slice(at, at + TENANTS_AT_ONCE);
      const counts = await Promise.all(some.map(({ id }) => pokeTenant(platform, id, deps)));
      poked += counts.reduce((sum, count) => sum + count, 0);
    }
    cursor = page.nextCursor ?? undefined;
  } while (cursor !== undefined);
  return poked;
}

async function pokeTenant(platform: PlatformCtx, tenantId: string, deps: BackstageDeps): Promise<number> {
  try {
    const ctx = await openTenant(platform, tenantId);
    const stale = await staleConversations(ctx, {
      openedBefore: deps.clock() - STALE_AFTER_MS,
      limit: POKES_PER_TENANT,
    });
    await Promise.all(stale.map((id) => poke(tenantId, id, deps)));
    return stale.length;
  } catch (error) {
    deps.log.error("cron:failed", { task: "poke", tenantId, error });
    return 0;
  }
}

async function poke(tenantId: string, conversationId: string, deps: BackstageDeps): Promise<void> {
  if (!isId("conversation", conversationId)) return;
  try {
    await within(deps.conversationById(conversationId).poke({ tenantId }), POKE_MS, "poke");
  } catch (error) {
    deps.log.warn("cron:failed", { task: "poke", tenantId, conversationId, error });
  }
}
