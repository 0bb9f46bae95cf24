import * as sql from "@charla/db/channel-health/statements";
import { channelHours } from "@charla/db/tenant/channel-hours";
import type { ChannelRow } from "@charla/db/tenant/channels";
import { asc, eq } from "drizzle-orm";
import type { Ctx } from "../context.ts";
import { Lru } from "../vault/lru.ts";
import type { ChannelFacts, Failures } from "./judge.ts";
import { WAITING_MS } from "./judge.ts";
import type { Refusals } from "./read-refusals.ts";
import { HOUR_MS, learnRhythm, type Rhythm } from "./rhythm.ts";

export type Observed = { channel: ChannelRow; facts: ChannelFacts };

type Traffic = {
  channelId: string;
  lastInAt: number | null;
  received: number;
  sent: number;
  lastSentAt: number | null;
  lastMovedAt: number | null;
};
type Failed = Failures & { channelId: string };
type Waiting = { channelId: string; count: number; since: number };
type Last = { channelId: string; lastInAt: number | null };

const DAY_MS = 24 * HOUR_MS;
const CACHED_RHYTHMS = 2_000;
/** A rhythm changes when hours are added to it, and a channel that is written to needs none. */
const rhythms = new Lru<{ upTo: number; rhythm: Rhythm | null }>(CACHED_RHYTHMS);

/** What there is to know of these channels. `since`: messages after this number are all of the last hour. */
export async function observeChannels(
  ctx: Ctx,
  active: readonly ChannelRow[],
  { since, refusals }: { since: number; refusals: Refusals },
  now: number,
): Promise<Observed[]> {
  const { d1 } = ctx.db;
  const [traffic, failures, waiting, recovered, last] = await d1.batch([
    d1.prepare(sql.recentTraffic).bind(since, now - HOUR_MS, now),
    d1.prepare(sql.recentFailures).bind(now - DAY_MS, now - HOUR_MS),
    d1.prepare(sql.longWaiting).bind(now - WAITING_MS),
    d1.prepare(sql.recoveredSends).bind(now - DAY_MS),
    d1.prepare(sql.lastHours),
  ]);
  const trafficOf = byChannel<Traffic>(traffic?.results);
  const failuresOf = (failures?.results ?? []) as Failed[];
  const waitingOf = byChannel<Waiting>(waiting?.results);
  const recoveredOf = byChannel<{ channelId: string; lastSentAt: number }>(recovered?.results);
  const lastOf = byChannel<Last>(last?.results);
  return Promise.all(
    active.map(async (channel) => {
      const { id, connection, updatedAt } = channel;
      const recent = trafficOf.get(id);
      const lastInAt = later(recent?.lastInAt, lastOf.get(id)?.lastInAt);
      const stuck = waitingOf.get(id);
      const facts: ChannelFacts = {
        rhythm: lastInAt === null || lastInAt > now - HOUR_MS ? null : await rhythmOf(ctx, id, lastInAt),
        awaited: connection === null || connection.connected,
        changedAt: updatedAt,
        lastInAt,
        received: recent?.received ?? 0,
        sent: recent?.sent ?? 0,
        refused: refusals.of(id),
        failures: failuresOf.filter(({ channelId }) => channelId === id),
        lastSentAt: later(recent?.lastSentAt, recoveredOf.get(id)?.lastSentAt),
        lastMovedAt: recent?.lastMovedAt ?? null,
        waiting: stuck === undefined ? null : { count: stuck.count, since: stuck.since },
        connectedAt: connection?.connected === true ? connection.checkedAt : null,
        expiresAt: expiryOf(connection),
      };
      return { channel, facts };
    }),
  );
}

/** The earliest end of anything that connecting found in order. */
function expiryOf(connection: ChannelRow["connection"]): number | null {
  const ends = (connection?.checks ?? []).flatMap(({ until }) => (until === undefined ? [] : [until]));
  return ends.length === 0 ? null : Math.min(...ends);
}

/** Only asked of channels that are silent, once per silence and isolate. */
export async function rhythmOf({ db }: Ctx, channelId: string, lastInAt: number): Promise<Rhythm | null> {
  const known = rhythms.get(channelId);
  if (known?.upTo === lastInAt) return known.rhythm;
  const hours = await db.orm
    .select({ hour: channelHours.hour, active: channelHours.active })
    .from(channelHours)
    .where(eq(channelHours.channelId, channelId))
    .orderBy(asc(channelHours.hour));
  const rhythm = learnRhythm(hours);
  rhythms.set(channelId, { upTo: lastInAt, rhythm });
  return rhythm;
}

const byChannel = <T extends { channelId: string }>(rows: unknown[] | undefined): Map<string, T> =>
  new Map(((rows ?? []) as T[]).map((row) => [row.channelId, row]));

function later(a: number | null | undefined, b: number | null | undefined): number | null {
  return a === null || a === undefined ? (b ?? null) : Math.max(a, b ?? 0);
}
