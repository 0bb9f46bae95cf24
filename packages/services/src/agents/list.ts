import { agents } from "@charla/db/tenant/agents";
import { and, asc, eq, gt } from "drizzle-orm";
import { requirePermission } from "../auth/permissions.ts";
import type { Ctx } from "../context.ts";
import { IdCursor, type Page, type PageInput, parseCursor, toPage } from "../paging.ts";
import { type AgentOut, toAgentOut } from "./schemas.ts";

export async function listAgents(ctx: Ctx, { cursor, limit }: PageInput): Promise<Page<AgentOut>> {
  requirePermission(ctx, "agents.read");
  const [after] = parseCursor(cursor, IdCursor) ?? [""];
  const rows = await ctx.db.orm
    .select()
    .from(agents)
    .where(and(eq(agents.status, "active"), gt(agents.id, after)))
    .orderBy(asc(agents.id))
    .limit(limit + 1);
  return toPage(rows, limit, ({ id }) => [id], toAgentOut);
}
