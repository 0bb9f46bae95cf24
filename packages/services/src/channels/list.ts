import { channels } from "@charla/db/tenant/channels";
import { asc, gt } from "drizzle-orm";
import { requirePermission } from "../auth/permissions.ts";
import type { Ctx } from "../context.ts";
import { IdCursor, type Page, type PageInput, parseCursor, toPage } from "../paging.ts";
import type { ChannelKinds } from "./kinds.ts";
import { type ChannelOut, toChannelOut } from "./schemas.ts";

export async function listChannels(
  ctx: Ctx,
  { cursor, limit }: PageInput,
  kinds: ChannelKinds,
): Promise<Page<ChannelOut>> {
  requirePermission(ctx, "channels.read");
  const [after] = parseCursor(cursor, IdCursor) ?? [""];
  const rows = await ctx.db.orm
    .select()
    .from(channels)
    .where(gt(channels.id, after))
    .orderBy(asc(channels.id))
    .limit(limit + 1);
  return toPage(
    rows,
    limit,
    ({ id }) => [id],
    (row) => toChannelOut(ctx, row, kinds),
  );
}
