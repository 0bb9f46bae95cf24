import { requirePermission } from "../auth/permissions.ts";
import type { Ctx } from "../context.ts";
import { fetchLetter, toDeadLetterOut } from "./internal.ts";
import type { DeadLetterOut } from "./schemas.ts";

export async function getDeadLetter(ctx: Ctx, id: string): Promise<DeadLetterOut> {
  requirePermission(ctx, "dead_letters.read");
  return toDeadLetterOut(ctx, await fetchLetter(ctx, id));
}
