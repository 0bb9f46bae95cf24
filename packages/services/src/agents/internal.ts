import { type AgentRow, agents } from "@charla/db/tenant/agents";
import { AppError } from "@charla/domain/errors";
import { eq } from "drizzle-orm";
import type { Ctx } from "../context.ts";

export async function fetchAgent({ db }: Ctx, id: string): Promise<AgentRow> {
  const [row] = await db.orm.select().from(agents).where(eq(agents.id, id)).limit(1);
  if (row === undefined) throw new AppError("NOT_FOUND", `no agent ${id}`);
  return row;
}

export async function fetchActiveAgent(ctx: Ctx, id: string): Promise<AgentRow> {
  const row = await fetchAgent(ctx, id);
  if (row.status !== "active") throw new AppError("CONFLICT", `agent ${id} is archived`);
  return row;
}
