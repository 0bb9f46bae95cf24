import { providers } from "@charla/db/tenant/providers";
import { providerKvKey } from "@charla/domain/channel-record";
import { eq } from "drizzle-orm";
import { requirePermission } from "../auth/permissions.ts";
import type { Ctx } from "../context.ts";
import { fetchProvider } from "./internal.ts";

/** The key goes with it; releases that name the provider go on to their fall-back model. */
export async function deleteProvider(ctx: Ctx, id: string): Promise<void> {
  requirePermission(ctx, "providers.write");
  await fetchProvider(ctx, id);
  await ctx.config.delete(providerKvKey(ctx.tenantId, id));
  await ctx.db.orm.delete(providers).where(eq(providers.id, id));
}
