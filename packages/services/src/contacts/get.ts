import { contacts } from "@charla/db/tenant/contacts";
import { AppError } from "@charla/domain/errors";
import { eq } from "drizzle-orm";
import { requirePermission } from "../auth/permissions.ts";
import type { Ctx } from "../context.ts";
import { findErasure, toContactsOut } from "./internal.ts";
import type { ContactOut } from "./schemas.ts";

/** From the moment that erasing began nobody is shown any of it. */
export async function getContact(ctx: Ctx, id: string): Promise<ContactOut> {
  requirePermission(ctx, "contacts.read");
  const rows = await ctx.db.orm.select().from(contacts).where(eq(contacts.id, id)).limit(1);
  const [contact] = (await findErasure(ctx, id)) === undefined ? await toContactsOut(ctx, rows) : [];
  if (contact === undefined) throw new AppError("NOT_FOUND", `no contact ${id}`);
  return contact;
}
