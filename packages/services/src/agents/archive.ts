import { agents } from "@charla/db/tenant/agents";
import { channels } from "@charla/db/tenant/channels";
import { AppError } from "@charla/domain/errors";
import { and, eq } from "drizzle-orm";
import { requirePermission } from "../auth/permissions.ts";
import { endCanary } from "../canaries/internal.ts";
import type { Ctx } from "../context.ts";
import { fetchAgent } from "./internal.ts";

/** What an agent said stays readable, so it is never deleted; while a channel leads to it, it is not archived either. */
export async function archiveAgent(ctx: Ctx, id: string): Promise<void> {
  requirePermission(ctx, "agents.write");
  await fetchAgent(ctx, id);
  const [inUse] = await ctx.db.orm
    .select({ id: channels.id })
    .from(channels)
    .where(and(eq(channels.agentId, id), eq(channels.status, "active")))
    .limit(1);
  if (inUse !== undefined) {
    throw new AppError("CONFLICT", `channel ${inUse.id} uses agent ${id}`, {
      publicMessage: {
        es: `El canal ${inUse.id} todavía usa este agente`,
        en: `Channel ${inUse.id} still uses this agent`,
      },
    });
  }
  await endCanary(ctx, id, { state: "stopped" });
  await ctx.db.orm.update(agents).set({ status: "archived", updatedAt: ctx.now() }).where(eq(agents.id, id));
}
