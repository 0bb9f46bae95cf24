import { isId } from "@charla/domain/ids";
import type { Ctx, PlatformCtx } from "@charla/services/context";
import { settleErasures } from "@charla/services/contacts/settle-erasures";
import { staleConversations } from "@charla/services/conversations/stale";
import { pendingDocuments } from "@charla/services/knowledge/pending";
import { removeUnsent } from "@charla/services/files/unsent";
import { purgeFilesOfDeleted } from "@charla/services/maintenance/purge-deleted";
import { purgeExpired } from "@charla/services/maintenance/purge";
import { listTenants } from "@charla/services/tenants/list";
import { openTenant } from "@charla/services/tenants/open";
import { repairTenants } from "@charla/services/tenants/repair";
import { watchAllCanaries } from "./canaries.ts";
import { within } from "./deadline.ts";
import type { BackstageDeps } from "./deps.ts";
import { isWatchMinute, watchOver } from "./watch.ts";

/** A conversation wakes itself within seconds; one whose turn is open for longer than this gets a push from outside. */
const STALE_AFTER_MS = 60_000;
const POKES_PER_TENANT = 100;
const DOCUMENTS_PER_TENANT = 50;
const TENANTS_AT_ONCE = 8;
const POKE_MS = 10_000;

/** Once an hour, in a minute of its own. */
const isHousekeeping = (at: number): boolean => Math.floor(at / 60_000) % 60 === 17;

/** The minute's work. A part that fails is logged and does not keep the others from running. */
export async function runCron(deps: BackstageDeps, at: number): Promise<void> {
  const platform = await deps.platform();
  const tasks: Record<string, () => Promise<number>> = {
    poke: () => eachTenant(platform, deps, "poke", (ctx) => pokeTenant(ctx, deps)),
    watch: async () => (isWatchMinute(at) ? eachTenant(platform, deps, "watch", (ctx) => watchOver(ctx, at, deps)) : 0),
    knowledge: () => eachTenant(platform, deps, "knowledge", (ctx) => wakeDocuments(ctx, deps)),
    erase: () => eachTenant(platform, deps, "erase", (ctx) => settleErasures(ctx, deps.outside)),
    unsent: async () =>
      isHousekeeping(at)
        ? eachTenant(platform, deps, "unsent", (ctx) =>
            removeUnsent(ctx, deps.outside.bucket, deps.outside.conversation),
          )
        : 0,
    deleted: async () => (isHousekeeping(at) ? purgeFilesOfDeleted(platform, deps.outside.bucket) : 0),
    canaries: () => watchAllCanaries(platform, deps, at),
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

/** A tenant that fails keeps no other from its turn. */
async function eachTenant(
  platform: PlatformCtx,
  deps: BackstageDeps,
  task: string,
  work: (ctx: Ctx) => Promise<number>,
): Promise<number> {
  let done = 0;
  let cursor: string | undefined;
  const one = async (tenantId: string): Promise<number> => {
    try {
      return await work(await openTenant(platform, tenantId));
    } catch (error) {
      deps.log.error("cron:failed", { task, tenantId, error });
      return 0;
    }
  };
  do {
    const page = await listTenants(platform, { limit: 100, ...(cursor !== undefined && { cursor }) });
    for (let from = 0; from < page.data.length; from += TENANTS_AT_ONCE) {
      const some = page.data.slice(from, from + TENANTS_AT_ONCE);
      const counts = await Promise.all(some.map(({ id }) => one(id)));
      done += counts.reduce((sum, count) => sum + count, 0);
    }
    cursor = page.nextCursor ?? undefined;
  } while (cursor !== undefined);
  return done;
}

async function pokeTenant(ctx: Ctx, deps: BackstageDeps): Promise<number> {
  const stale = await staleConversations(ctx, {
    openedBefore: deps.clock() - STALE_AFTER_MS,
    limit: POKES_PER_TENANT,
  });
  await Promise.all(stale.map((id) => poke(ctx.tenantId, id, deps)));
  return stale.length;
}

/** A queue's message can be lost; the row of the document cannot. */
async function wakeDocuments(ctx: Ctx, deps: BackstageDeps): Promise<number> {
  const untouchedSince = deps.clock() - STALE_AFTER_MS;
  const jobs = await pendingDocuments(ctx, { untouchedSince, limit: DOCUMENTS_PER_TENANT });
  if (jobs.length > 0) await deps.knowledge.sendBatch(jobs.map((body) => ({ body })));
  return jobs.length;
}

async function poke(tenantId: string, conversationId: string, deps: BackstageDeps): Promise<void> {
  if (!isId("conversation", conversationId)) return;
  try {
    await within(deps.conversationById(conversationId).poke({ tenantId }), POKE_MS, "poke");
  } catch (error) {
    deps.log.warn("cron:failed", { task: "poke", tenantId, conversationId, error });
  }
}
