import { apiKeys } from "@charla/db/control/api-keys";
import { and, asc, eq, gt } from "drizzle-orm";
import { requirePermission } from "../auth/permissions.ts";
import type { Ctx } from "../context.ts";
import { IdCursor, type Page, type PageInput, parseCursor, toPage } from "../paging.ts";
import { type ApiKeyOut, toApiKeyOut } from "./schemas.ts";

export async function listApiKeys(ctx: Ctx, { cursor, limit }: PageInput): Promise<Page<ApiKeyOut>> {
  requirePermission(ctx, "api_keys.read");
  const [after] = parseCursor(cursor, IdCursor) ?? [""];
  const rows = await ctx.control.orm
    .select()
    .from(apiKeys)
    .where(and(eq(apiKeys.tenantId, ctx.tenantId), gt(apiKeys.id, after)))
    .orderBy(asc(apiKeys.id))
    .limit(limit + 1);
  return toPage(rows, limit, ({ id }) => [id], toApiKeyOut);
}
