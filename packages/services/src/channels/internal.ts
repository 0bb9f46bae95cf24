import { type ChannelRow, channels } from "@charla/db/tenant/channels";
import { upsertRoute } from "@charla/db/control/statements";
import { type ChannelRoute, channelKvKey } from "@charla/domain/channel-record";
import { AppError } from "@charla/domain/errors";
import { and, eq, sql } from "drizzle-orm";
import type { Ctx } from "../context.ts";

export async function fetchChannel({ db }: Ctx, id: string): Promise<ChannelRow> {
  const [row] = await db.orm.select().from(channels).where(eq(channels.id, id)).limit(1);
  if (row === undefined) throw new AppError("NOT_FOUND", `no channel ${id}`);
  return row;
}

/** Writes the change and makes it known to the webhook path. */
export async function changeChannel(
  ctx: Ctx,
  id: string,
  change: Partial<ChannelRow>,
  ifVersion?: number,
): Promise<ChannelRow> {
  const unchanged = ifVersion === undefined ? undefined : eq(channels.version, ifVersion);
  const [row] = await ctx.db.orm
    .update(channels)
    .set({ ...change, version: sql`${channels.version} + 1`, updatedAt: ctx.now() })
    .where(and(eq(channels.id, id), unchanged))
    .returning();
  if (row === undefined) throw new AppError("PRECONDITION_FAILED", `channel ${id} is not at version ${ifVersion}`);
  await writeRoute(ctx, row);
  return row;
}

/** Control row first: it is the authority, and what KV lacks is read from it. */
export async function writeRoute(ctx: Ctx, row: ChannelRow): Promise<void> {
  const route: ChannelRoute = {
    v: 1,
    id: row.id,
    tenantId: ctx.tenantId,
    kind: row.kind,
    agentId: row.agentId,
    status: row.status,
    config: row.config,
    sealedSecrets: row.sealedSecrets,
    wrappedKey: ctx.wrappedKey,
    ...(row.burst === null ? {} : { burst: row.burst }),
    handBackMinutes: row.handBackMinutes,
  };
  const json = JSON.stringify(route);
  await ctx.control.d1.prepare(upsertRoute).bind(row.id, ctx.tenantId, json, row.version, ctx.now()).run();
  await ctx.config.put(channelKvKey(row.id), json);
}
