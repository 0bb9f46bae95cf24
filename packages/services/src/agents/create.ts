import { agents } from "@charla/db/tenant/agents";
import { AppError } from "@charla/domain/errors";
import { newId } from "@charla/domain/ids";
import { requirePermission } from "../auth/permissions.ts";
import type { Ctx } from "../context.ts";
import { checkTexts } from "./check-texts.ts";
import { type AgentOut, type CreateAgentInput, toAgentOut } from "./schemas.ts";

export async function createAgent(ctx: Ctx, { settings }: CreateAgentInput): Promise<AgentOut> {
  requirePermission(ctx, "agents.write");
  checkTexts(settings);
  const now = ctx.now();
  const id = newId("agent", now);
  const [row] = await ctx.db.orm
    .insert(agents)
    .values({ id, settings, status: "active", version: 1, createdAt: now, updatedAt: now })
    .returning();
  if (row === undefined) throw new AppError("INTERNAL", `agent ${id} was not written`);
  return toAgentOut(row);
}
