import { channelAlerts } from "@charla/db/tenant/channel-alerts";
import { and, desc, eq, isNotNull, isNull, lt } from "drizzle-orm";
import { requirePermission } from "../auth/permissions.ts";
import type { Ctx } from "../context.ts";
import { IdCursor, type Page, parseCursor, toPage } from "../paging.ts";
import { type ChannelAlertOut, type ListChannelAlertsInput, toChannelAlertOut } from "./schemas.ts";

/** Newest first. */
export async function listChannelAlerts(
  ctx: Ctx,
  { state, channelId, kind, cursor, limit }: ListChannelAlertsInput,
): Promise<Page<ChannelAlertOut>> {
  requirePermission(ctx, "channels.read");
  const [before] = parseCursor(cursor, IdCursor) ?? [];
  const { closedAt } = channelAlerts;
  const rows = await ctx.db.orm
    .select()
    .from(channelAlerts)
    .where(
      and(
        state === undefined ? undefined : state === "open" ? isNull(closedAt) : isNotNull(closedAt),
        channelId === undefined ? undefined : eq(channelAlerts.channelId, channelId),
        kind === undefined ? undefined : eq(channelAlerts.kind, kind),
        before === undefined ? undefined : lt(channelAlerts.id, before),
      ),
    )
    .orderBy(desc(channelAlerts.id))
    .limit(limit + 1);
  return toPage(rows, limit, ({ id }) => [id], toChannelAlertOut);
}
