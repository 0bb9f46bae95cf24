import { type AgentRow, agents } from "@charla/db/tenant/agents";
import { type ReleaseRow, releases } from "@charla/db/tenant/releases";
import { AppError } from "@charla/domain/errors";
import { and, eq } from "drizzle-orm";
import { replaceCanary } from "../canaries/internal.ts";
import { type CanaryInput, type CanaryOut, toCanaryOut } from "../canaries/schemas.ts";
import { startCanary } from "../canaries/start.ts";
import type { Ctx } from "../context.ts";
import type { ReleaseRef } from "./schemas.ts";

export async function fetchRelease({ db }: Ctx, { agentId, releaseId }: ReleaseRef): Promise<ReleaseRow> {
  const [row] = await db.orm
    .select()
    .from(releases)
    .where(and(eq(releases.id, releaseId), eq(releases.agentId, agentId)))
    .limit(1);
  if (row === undefined) throw new AppError("NOT_FOUND", `no release ${releaseId} of ${agentId}`);
  return row;
}

type InForce = { currentId: string | null; canary: CanaryOut | null };

/** For all conversations, or for a share of them. */
export async function putInForce(
  ctx: Ctx,
  agent: AgentRow,
  releaseId: string,
  canary: CanaryInput | undefined,
): Promise<InForce> {
  if (canary !== undefined)
    return { currentId: agent.releaseId, canary: toCanaryOut(await startCanary(ctx, agent, releaseId, canary)) };
  await pointTo(ctx, { agentId: agent.id, releaseId });
  return { currentId: releaseId, canary: null };
}

/** The gate decides which release runs; the agent's row only shows it, so it follows. */
async function pointTo(ctx: Ctx, { agentId, releaseId }: ReleaseRef): Promise<void> {
  await replaceCanary(ctx, agentId);
  await ctx.gate.publish({ agentId, releaseId });
  await ctx.db.orm.update(agents).set({ releaseId, updatedAt: ctx.now() }).where(eq(agents.id, agentId));
}
