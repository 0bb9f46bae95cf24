import { agents } from "@charla/db/tenant/agents";
import { AppError } from "@charla/domain/errors";
import { and, eq, sql } from "drizzle-orm";
import { requirePermission } from "../auth/permissions.ts";
import type { Ctx } from "../context.ts";
import { checkTexts } from "./check-texts.ts";
import { fetchActiveAgent } from "./internal.ts";
import { type AgentOut, type UpdateAgentInput, toAgentOut } from "./schemas.ts";

export async function updateAgent(ctx: Ctx, id: string, { settings, ifVersion }: UpdateAgentInput): Promise<AgentOut> {
  requirePermission(ctx, "agents.write");
  checkTexts(settings);
  await fetchActiveAgent(ctx, id);
  const unchanged = ifVersion === undefined ? undefined : eq(agents.version, ifVersion);
  const [row] = await ctx.db.orm
    .update(agents)
    .set({ settings, version: sql`${agents.version} + 1`, updatedAt: ctx.now() })
    .where(and(eq(agents.id, id), unchanged))
    .returning();
  if (row === undefined) throw new AppError("PRECONDITION_FAILED", `agent ${id} is not at version ${ifVersion}`);
  return toAgentOut(row);
}
