import { usage } from "@charla/db/tenant/usage";
import { and, asc, count, gte, lte, sql, sum } from "drizzle-orm";
import { requirePermission } from "../auth/permissions.ts";
import type { Ctx } from "../context.ts";
import type { UsageOut, UsageSummaryInput } from "./schemas.ts";

const GROUPS = {
  day: sql<string>`${usage.day}`,
  agent: sql<string>`${usage.agentId}`,
  model: sql<string>`${usage.provider} || '/' || ${usage.model}`,
};

/** What the tenant's model calls used and cost, by day, agent or model. */
export async function usageSummary(ctx: Ctx, { from, to, groupBy }: UsageSummaryInput): Promise<UsageOut> {
  requirePermission(ctx, "usage.read");
  const group = GROUPS[groupBy];
  const data = await ctx.db.orm
    .select({
      group,
      calls: count(),
      inputTokens: sum(usage.inputTokens).mapWith(Number),
      outputTokens: sum(usage.outputTokens).mapWith(Number),
      cachedTokens: sum(usage.cachedTokens).mapWith(Number),
      costMicros: sum(usage.costMicros).mapWith(Number),
    })
    .from(usage)
    .where(and(gte(usage.day, from), lte(usage.day, to)))
    .groupBy(group)
    .orderBy(asc(group));
  return { data };
}
