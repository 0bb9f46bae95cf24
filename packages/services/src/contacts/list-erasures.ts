import { erasures } from "@charla/db/tenant/erasures";
import { and, desc, sql } from "drizzle-orm";
import * as z from "zod";
import { requirePermission } from "../auth/permissions.ts";
import type { Ctx } from "../context.ts";
import { type Page, type PageInput, parseCursor, toPage } from "../paging.ts";
import { toErasureOut } from "./internal.ts";
import type { ErasureOut } from "./schemas.ts";

const Cursor = z.tuple([z.number(), z.string()]);

export async function listErasures(ctx: Ctx, { cursor, limit }: PageInput): Promise<Page<ErasureOut>> {
  requirePermission(ctx, "contacts.read");
  const after = parseCursor(cursor, Cursor);
  const { requestedAt, contactId } = erasures;
  const rows = await ctx.db.orm
    .select()
    .from(erasures)
    .where(and(after === undefined ? undefined : sql`(${requestedAt}, ${contactId}) < (${after[0]}, ${after[1]})`))
    .orderBy(desc(requestedAt), desc(contactId))
    .limit(limit + 1);
  return toPage(rows, limit, (row) => [row.requestedAt, row.contactId], toErasureOut);
}
