import { providers } from "@charla/db/tenant/providers";
import { asc, gt } from "drizzle-orm";
import { requirePermission } from "../auth/permissions.ts";
import type { Ctx } from "../context.ts";
import { IdCursor, type Page, type PageInput, parseCursor, toPage } from "../paging.ts";
import { type ProviderOut, toProviderOut } from "./schemas.ts";

export async function listProviders(ctx: Ctx, { cursor, limit }: PageInput): Promise<Page<ProviderOut>> {
  requirePermission(ctx, "providers.read");
  const [after] = parseCursor(cursor, IdCursor) ?? [""];
  const rows = await ctx.db.orm
    .select()
    .from(providers)
    .where(gt(providers.id, after))
    .orderBy(asc(providers.id))
    .limit(limit + 1);
  return toPage(rows, limit, ({ id }) => [id], toProviderOut);
}
