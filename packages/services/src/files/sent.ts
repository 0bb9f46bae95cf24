import { uploads } from "@charla/db/tenant/uploads";
import { inArray } from "drizzle-orm";
import { requirePermission } from "../auth/permissions.ts";
import type { Ctx } from "../context.ts";

/** They belong to a message now. Where this is not reached, the conversation is asked before anything is removed. */
export async function filesSent(ctx: Ctx, ids: readonly string[]): Promise<void> {
  requirePermission(ctx, "conversations.write");
  if (ids.length > 0) await ctx.db.orm.delete(uploads).where(inArray(uploads.id, [...ids]));
}
