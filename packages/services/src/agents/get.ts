import { requirePermission } from "../auth/permissions.ts";
import type { Ctx } from "../context.ts";
import { fetchAgent } from "./internal.ts";
import { type AgentOut, toAgentOut } from "./schemas.ts";

export async function getAgent(ctx: Ctx, id: string): Promise<AgentOut> {
  requirePermission(ctx, "agents.read");
  return toAgentOut(await fetchAgent(ctx, id));
}
