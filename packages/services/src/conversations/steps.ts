import { steps } from "@charla/db/tenant/steps";
import { and, asc, eq } from "drizzle-orm";
import { requirePermission } from "../auth/permissions.ts";
import type { Ctx } from "../context.ts";
import { fetchConversation, toStepOut } from "./internal.ts";
import type { ListStepsInput, StepOut } from "./schemas.ts";

/** Every model and tool call of one turn, in order. */
export async function listSteps(ctx: Ctx, { conversationId, turn }: ListStepsInput): Promise<StepOut[]> {
  requirePermission(ctx, "conversations.read");
  const { row } = await fetchConversation(ctx, conversationId);
  const rows = await ctx.db.orm
    .select()
    .from(steps)
    .where(and(eq(steps.conversationId, conversationId), eq(steps.turn, turn)))
    .orderBy(asc(steps.seq));
  return Promise.all(rows.map((found) => toStepOut(ctx, row.contactId, found)));
}
