import { apiKeys } from "@charla/db/control/api-keys";
import { revokedKvKey } from "@charla/domain/credential";
import { AppError } from "@charla/domain/errors";
import { and, eq, sql } from "drizzle-orm";
import { requirePermission } from "../auth/permissions.ts";
import { actorName, type Ctx } from "../context.ts";

/** Revoking twice keeps the first time. */
export async function revokeApiKey(ctx: Ctx, id: string): Promise<void> {
  requirePermission(ctx, "api_keys.write");
  const revoked = await ctx.control.orm
    .update(apiKeys)
    .set({ revokedAt: sql`coalesce(${apiKeys.revokedAt}, ${ctx.now()})` })
    .where(and(eq(apiKeys.id, id), eq(apiKeys.tenantId, ctx.tenantId)))
    .returning({ id: apiKeys.id });
  if (revoked.length === 0) throw new AppError("NOT_FOUND", `no API key ${id}`);
  // For live views that are open; whoever comes anew is refused by the row.
  await ctx.config.put(revokedKvKey(actorName({ type: "api_key", id, tenantId: ctx.tenantId, scopes: [] })), "1");
}
