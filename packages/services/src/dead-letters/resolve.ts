import { deadLetters } from "@charla/db/tenant/dead-letters";
import { and, eq } from "drizzle-orm";
import { requirePermission } from "../auth/permissions.ts";
import type { Ctx } from "../context.ts";
import { addMetrics } from "../metrics/add.ts";
import { DEAD_LETTERS } from "../metrics/counters.ts";
import { fetchLetter, toDeadLetterOut } from "./internal.ts";
import type { DeadLetterOut } from "./schemas.ts";

/** For what a person has dealt with. A message or turn that is replayed resolves its letter by itself. */
export async function resolveDeadLetter(ctx: Ctx, id: string): Promise<DeadLetterOut> {
  requirePermission(ctx, "dead_letters.write");
  await fetchLetter(ctx, id);
  const resolved = await ctx.db.orm
    .update(deadLetters)
    .set({ state: "resolved" })
    .where(and(eq(deadLetters.id, id), eq(deadLetters.state, "open")))
    .returning({ id: deadLetters.id });
  await addMetrics(ctx.control, [{ name: DEAD_LETTERS, labels: "", value: -resolved.length }]);
  return toDeadLetterOut(ctx, await fetchLetter(ctx, id));
}
