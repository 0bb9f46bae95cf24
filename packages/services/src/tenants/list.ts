import { tenants } from "@charla/db/control/tenants";
import { and, asc, gt, ne } from "drizzle-orm";
import { requirePermission } from "../auth/permissions.ts";
import type { PlatformCtx } from "../context.ts";
import { IdCursor, type Page, type PageInput, parseCursor, toPage } from "../paging.ts";
import { type TenantOut, toTenantOut } from "./schemas.ts";

export async function listTenants(platform: PlatformCtx, { cursor, limit }: PageInput): Promise<Page<TenantOut>> {
  requirePermission(platform, "tenants.read");
  const [after] = parseCursor(cursor, IdCursor) ?? [""];
  const rows = await platform.control.orm
    .select()
    .from(tenants)
    .where(and(gt(tenants.id, after), ne(tenants.status, "deleting")))
    .orderBy(asc(tenants.id))
    .limit(limit + 1);
  return toPage(rows, limit, ({ id }) => [id], toTenantOut);
}
