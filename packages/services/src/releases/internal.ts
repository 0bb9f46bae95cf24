import { agents } from "@charla/db/tenant/agents";
import { type ReleaseRow, releases } from "@charla/db/tenant/releases";
import { AppError } from "@charla/domain/errors";
import { and, eq } from "drizzle-orm";
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

/** The gate decides which release runs; the agent's row only shows it, so it follows. */
export async function pointTo(ctx: Ctx, { agentId, releaseId }: ReleaseRef): Promise<void> {
  await ctx.gate.publish({ agentId, releaseId });
  await ctx.db.orm.update(agents).set({ releaseId, updatedAt: ctx.now() }).where(eq(agents.id, agentId));
}
