import * as sql from "@charla/db/channel-health/statements";
import { type ChannelAlertRow, channelAlerts } from "@charla/db/tenant/channel-alerts";
import { channels } from "@charla/db/tenant/channels";
import { type AlertFacts, AlertKind } from "@charla/domain/channel-alert";
import { newId } from "@charla/domain/ids";
import { and, eq, inArray, isNull } from "drizzle-orm";
import { requirePermission } from "../auth/permissions.ts";
import type { Ctx } from "../context.ts";
import { addMetrics } from "../metrics/add.ts";
import { CHANNEL_ALERTS } from "../metrics/counters.ts";
import { judges } from "./judge.ts";
import { type Observed, observeChannels } from "./observe.ts";
import { Refusals } from "./read-refusals.ts";
import { tallyHours } from "./tally.ts";

export type Changed = { channelId: string; kind: AlertKind };
export type Watched = { opened: Changed[]; closed: Changed[] };

const NOTHING: Watched = { opened: [], closed: [] };

/**
 * Looks at every channel of a tenant, out of what is stored anyway. One alert per trouble and episode: it is opened when
 * the trouble is found, its numbers follow, and it is closed by what proves that the trouble is over.
 */
export async function watchChannels(ctx: Ctx, now: number): Promise<Watched> {
  requirePermission(ctx, "channels.write");
  const { orm } = ctx.db;
  // Whoever pauses a tenant knows that it is silent.
  if (ctx.tenant.status !== "active") return NOTHING;
  const [active, standing] = await Promise.all([
    orm.select().from(channels).where(eq(channels.status, "active")),
    orm.select().from(channelAlerts).where(isNull(channelAlerts.closedAt)),
  ]);
  if (active.length === 0 && standing.length === 0) return NOTHING;
  const since = await tallyHours(ctx, now);
  if (since === null) return NOTHING;
  const ids = active.map(({ id }) => id);
  const refusals = await Refusals.read(ctx, ids, now);
  const plan = planOf(await observeChannels(ctx, active, { since, refusals }, now), standing, now);
  await refusals.keep(ctx);
  const left = standing.filter(({ channelId }) => !ids.includes(channelId));
  const changed = { ...(await carryOut(ctx, plan, now)), left: await leave(ctx, left, now) };
  await count(ctx, changed.opened, [...changed.closed, ...changed.left]);
  return { opened: changed.opened, closed: changed.closed };
}

type Plan = {
  open: [channelId: string, kind: AlertKind, facts: AlertFacts][];
  refresh: [string, AlertFacts][];
  close: string[];
};

function planOf(observed: readonly Observed[], standing: readonly ChannelAlertRow[], now: number): Plan {
  const plan: Plan = { open: [], refresh: [], close: [] };
  for (const { channel, facts: known } of observed) {
    for (const kind of AlertKind.options) {
      const alert = standing.find((row) => row.channelId === channel.id && row.kind === kind) ?? null;
      const { state, facts } = judges[kind](known, alert, now);
      if (alert === null) {
        if (state === "bad") plan.open.push([channel.id, kind, facts]);
      } else if (state === "good") plan.close.push(alert.id);
      else plan.refresh.push([alert.id, { ...alert.facts, ...facts }]);
    }
  }
  return plan;
}

async function carryOut({ db }: Ctx, { open, refresh, close }: Plan, now: number): Promise<Watched> {
  if (open.length + refresh.length + close.length === 0) return NOTHING;
  const rows = open.map(([channelId, kind, facts]) => [newId("alert", now), channelId, kind, now, facts]);
  const [opened, closed] = await db.d1.batch<Changed>([
    db.d1.prepare(sql.openAlerts).bind(JSON.stringify(rows)),
    db.d1.prepare(sql.closeAlerts).bind(JSON.stringify(close), now),
    db.d1.prepare(sql.refreshAlerts).bind(JSON.stringify(refresh)),
  ]);
  return { opened: opened?.results ?? [], closed: closed?.results ?? [] };
}

/** A channel that was switched off is nobody's trouble any more, and no good news either. */
async function leave({ db }: Ctx, alerts: readonly ChannelAlertRow[], now: number): Promise<Changed[]> {
  if (alerts.length === 0) return [];
  const ids = alerts.map(({ id }) => id);
  return db.orm
    .update(channelAlerts)
    .set({ closedAt: now, closingToldAt: 0 })
    .where(and(inArray(channelAlerts.id, ids), isNull(channelAlerts.closedAt)))
    .returning({ channelId: channelAlerts.channelId, kind: channelAlerts.kind });
}

async function count({ control }: Ctx, opened: readonly Changed[], closed: readonly Changed[]): Promise<void> {
  const delta = (changed: readonly Changed[], value: number) =>
    changed.map(({ kind }) => ({ name: CHANNEL_ALERTS, labels: `kind="${kind}"`, value }));
  await addMetrics(control, [...delta(opened, 1), ...delta(closed, -1)]);
}
