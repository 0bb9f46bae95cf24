import { type TenantRow, tenants } from "@charla/db/control/tenants";
import { AppError } from "@charla/domain/errors";
import { eq } from "drizzle-orm";
import type { PlatformCtx } from "../context.ts";
import { forgetTenant } from "./open.ts";

type Platform = Pick<PlatformCtx, "control" | "now">;

export async function fetchTenant({ control }: Pick<PlatformCtx, "control">, id: string): Promise<TenantRow> {
  const [row] = await control.orm.select().from(tenants).where(eq(tenants.id, id)).limit(1);
  if (row === undefined || row.status === "deleting") throw new AppError("NOT_FOUND", `no tenant ${id}`);
  return row;
}

export async function changeTenant(platform: Platform, id: string, change: Partial<TenantRow>): Promise<TenantRow> {
  const { control, now } = platform;
  const [row] = await control.orm
    .update(tenants)
    .set({ ...change, updatedAt: now() })
    .where(eq(tenants.id, id))
    .returning();
  if (row === undefined) throw new AppError("NOT_FOUND", `no tenant ${id}`);
  forgetTenant(control, id);
  return row;
}
