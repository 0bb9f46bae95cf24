import { claimRolledBack } from "@charla/db/canaries/statements";
import { agents } from "@charla/db/tenant/agents";
import { canaries } from "@charla/db/tenant/canaries";
import { releases } from "@charla/db/tenant/releases";
import { eq, inArray } from "drizzle-orm";
import type { Ctx } from "../context.ts";
import { type Postman, sendNotice } from "../notices/send.ts";
import { wordsFor } from "./words.ts";

/** Whoever breaks off in the middle of it leaves it to the next one after this; so does whoever reaches nobody. */
const AGAIN_AFTER_MS = 10 * 60_000;
/** Later it is no news any more; the list of canaries shows it. */
export const TELL_WITHIN_MS = 24 * 3_600_000;

/** One mail per roll-back, to everybody who is to be told what needs them. How many were reached. */
export async function tellRolledBack(ctx: Ctx, postman: Postman, now: number): Promise<number> {
  const { d1, orm } = ctx.db;
  const claimed = await d1
    .prepare(claimRolledBack)
    .bind(now, now + AGAIN_AFTER_MS, now - TELL_WITHIN_MS)
    .all<{ id: string }>();
  const ids = claimed.results.map(({ id }) => id);
  if (ids.length === 0) return 0;
  const rows = await orm
    .select({ canary: canaries, settings: agents.settings, number: releases.number })
    .from(canaries)
    .innerJoin(agents, eq(agents.id, canaries.agentId))
    .innerJoin(releases, eq(releases.id, canaries.releaseId))
    .where(inArray(canaries.id, ids));
  let reached = 0;
  for (const { canary, settings, number } of rows) {
    const told = { canary, agent: settings.name, number };
    const count = await sendNotice(ctx, postman, (language) => wordsFor(told, ctx.tenant.name, language));
    if (count === null || count === 0) continue;
    await orm.update(canaries).set({ toldAt: now }).where(eq(canaries.id, canary.id));
    reached += count;
  }
  return reached;
}
