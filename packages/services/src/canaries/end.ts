import { AppError } from "@charla/domain/errors";
import { requirePermission } from "../auth/permissions.ts";
import { fetchAgent } from "../agents/internal.ts";
import type { Ctx } from "../context.ts";
import { endCanary } from "./internal.ts";
import { type CanaryOut, toCanaryOut } from "./schemas.ts";

/** Puts its release in force for all conversations. */
export const promoteCanary = (ctx: Ctx, agentId: string): Promise<CanaryOut> => end(ctx, agentId, "promoted", "");

/** Rolls it back by hand: all conversations have the base again. */
export const stopCanary = (ctx: Ctx, agentId: string, note = ""): Promise<CanaryOut> =>
  end(ctx, agentId, "stopped", note);

async function end(ctx: Ctx, agentId: string, state: "promoted" | "stopped", note: string): Promise<CanaryOut> {
  requirePermission(ctx, "releases.publish");
  await fetchAgent(ctx, agentId);
  const row = await endCanary(ctx, agentId, { state, note });
  if (row === undefined) throw new AppError("NOT_FOUND", `no canary of ${agentId} is running`);
  return toCanaryOut(row);
}
