import { channelAlerts } from "@charla/db/tenant/channel-alerts";
import { and, desc, eq, isNull } from "drizzle-orm";
import { requirePermission } from "../auth/permissions.ts";
import { fetchChannel } from "../channels/internal.ts";
import type { Ctx } from "../context.ts";
import { observeChannels, rhythmOf } from "./observe.ts";
import { Refusals } from "./read-refusals.ts";
import { judgeSilence } from "./rhythm.ts";
import { type ChannelHealthOut, timeOrNull, toChannelAlertOut } from "./schemas.ts";
import { lastTally } from "./tally.ts";

/** As it is now; looking changes nothing. */
export async function getChannelHealth(ctx: Ctx, id: string): Promise<ChannelHealthOut> {
  requirePermission(ctx, "channels.read");
  const row = await fetchChannel(ctx, id);
  const now = ctx.now();
  const open = await ctx.db.orm
    .select()
    .from(channelAlerts)
    .where(and(eq(channelAlerts.channelId, id), isNull(channelAlerts.closedAt)))
    .orderBy(desc(channelAlerts.id));
  const alerts = open.map(toChannelAlertOut);
  const since = await lastTally(ctx);
  if (since === null) return { ...UNKNOWN, channelId: id, state: row.status === "active" ? "unknown" : "off", alerts };
  const refusals = await Refusals.read(ctx, [id], now);
  const [observed] = await observeChannels(ctx, [row], { since, refusals }, now);
  if (observed === undefined) throw new Error(`nothing was found out about ${id}`);
  const { lastInAt, received, sent, refused, failures, waiting, expiresAt } = observed.facts;
  const rhythm = lastInAt === null ? null : await rhythmOf(ctx, id, lastInAt);
  return {
    channelId: id,
    state: row.status !== "active" ? "off" : alerts.length > 0 ? "trouble" : "well",
    lastInAt: timeOrNull(lastInAt),
    lastHour: { received, sent, failed: failures.reduce((sum, { hour }) => sum + hour, 0), refused },
    waiting: waiting?.count ?? 0,
    rhythm:
      rhythm === null || lastInAt === null
        ? null
        : { weekly: rhythm.weekly, ...rounded(judgeSilence(rhythm, Math.max(lastInAt, row.updatedAt), now)) },
    expiresAt: timeOrNull(expiresAt),
    alerts,
  };
}

const UNKNOWN = { lastInAt: null, lastHour: null, waiting: 0, rhythm: null, expiresAt: null };

const rounded = ({ expected, tolerated }: { expected: number; tolerated: number }) => ({
  expected: Math.round(expected * 10) / 10,
  tolerated: Math.round(tolerated * 10) / 10,
});
