import { fetchAgent } from "../agents/internal.ts";
import { requirePermission } from "../auth/permissions.ts";
import type { Ctx } from "../context.ts";
import { changesOf, draftEdition, releaseEdition, runningEdition } from "./editions.ts";
import type { DiffInput, DiffOut, ResolveTools } from "./schemas.ts";

/** From what runs to the draft, unless other editions are named. */
export async function diffReleases(
  ctx: Ctx,
  { agentId, from, to }: DiffInput,
  resolveTools: ResolveTools,
): Promise<DiffOut> {
  requirePermission(ctx, "agents.read");
  const agent = await fetchAgent(ctx, agentId);
  const [before, after] = await Promise.all([
    from === undefined ? runningEdition(ctx, agent) : releaseEdition(ctx, { agentId, releaseId: from }),
    to === undefined ? draftEdition(agent, resolveTools) : releaseEdition(ctx, { agentId, releaseId: to }),
  ]);
  return {
    from: before?.edition ?? null,
    to: after.edition,
    changes: changesOf(before?.content ?? null, after.content),
  };
}
