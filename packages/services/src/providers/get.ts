import { requirePermission } from "../auth/permissions.ts";
import type { Ctx } from "../context.ts";
import { fetchProvider } from "./internal.ts";
import { type ProviderOut, toProviderOut } from "./schemas.ts";

export async function getProvider(ctx: Ctx, id: string): Promise<ProviderOut> {
  requirePermission(ctx, "providers.read");
  return toProviderOut(await fetchProvider(ctx, id));
}
