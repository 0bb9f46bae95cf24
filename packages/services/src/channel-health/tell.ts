import { claimUntold, spareUntold } from "@charla/db/channel-health/statements";
import { type ChannelAlertRow, channelAlerts } from "@charla/db/tenant/channel-alerts";
import { channels } from "@charla/db/tenant/channels";
import { and, asc, count, eq, gt, inArray } from "drizzle-orm";
import type { Ctx } from "../context.ts";
import { type Postman, sendNotice } from "../notices/send.ts";
import { HOUR_MS } from "./rhythm.ts";
import { type Told, wordsFor } from "./words.ts";

/** Whoever breaks off in the middle of it leaves it to the next one after this; so does whoever reaches nobody. */
const AGAIN_AFTER_MS = HOUR_MS / 6;
/** A trouble that comes and goes is told so often in a day; the rest is in the list. */
const MOST_A_DAY = 3;

type Claimed = Pick<ChannelAlertRow, "id">;

/** One mail of all that has begun and ended since the last: many channels may share one trouble. */
export async function tellAlerts(ctx: Ctx, postman: Postman, now: number): Promise<number> {
  const { d1, orm } = ctx.db;
  const [, claimed] = await d1.batch<Claimed>([
    // Over before anybody was told: there is nothing to say any more.
    d1.prepare(spareUntold).bind(),
    d1.prepare(claimUntold).bind(now, now + AGAIN_AFTER_MS),
  ]);
  const ids = (claimed?.results ?? []).map(({ id }) => id);
  if (ids.length === 0) return 0;
  const rows = await orm
    .select({ alert: channelAlerts, name: channels.name })
    .from(channelAlerts)
    .innerJoin(channels, eq(channels.id, channelAlerts.channelId))
    .where(inArray(channelAlerts.id, ids))
    .orderBy(asc(channels.name), asc(channelAlerts.kind));
  const told: Told[] = [];
  for (const { alert, name } of rows) {
    const before = alert.closedAt === null ? await toldToday(ctx, alert, now) : 0;
    if (before < MOST_A_DAY) told.push({ alert, name, last: before === MOST_A_DAY - 1 });
    else await mark(ctx, [alert.id], { openingToldAt: 0, closingToldAt: 0 });
  }
  if (told.length === 0) return 0;
  const reached = await sendNotice(ctx, postman, (language) => wordsFor(told, ctx.tenant.name, language));
  if (reached === null || reached === 0) return 0;
  const [ended, begun] = [told.filter(isOver), told.filter((one) => !isOver(one))];
  await mark(ctx, idsOf(begun), { openingToldAt: now, tellAfter: 0 });
  await mark(ctx, idsOf(ended), { closingToldAt: now });
  return reached;
}

export const isOver = ({ alert }: Told): boolean => alert.closedAt !== null;
const idsOf = (told: readonly Told[]): string[] => told.map(({ alert }) => alert.id);

async function toldToday({ db }: Ctx, { channelId, kind }: ChannelAlertRow, now: number): Promise<number> {
  const same = and(eq(channelAlerts.channelId, channelId), eq(channelAlerts.kind, kind));
  const [row] = await db.orm
    .select({ told: count() })
    .from(channelAlerts)
    .where(and(same, gt(channelAlerts.openingToldAt, now - 24 * HOUR_MS)));
  return row?.told ?? 0;
}

async function mark({ db }: Ctx, ids: string[], change: Partial<ChannelAlertRow>): Promise<void> {
  if (ids.length > 0) await db.orm.update(channelAlerts).set(change).where(inArray(channelAlerts.id, ids));
}
