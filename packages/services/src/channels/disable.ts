import { requirePermission } from "../auth/permissions.ts";
import type { Ctx } from "../context.ts";
import { changeChannel, fetchChannel } from "./internal.ts";
import type { ChannelKinds } from "./kinds.ts";
import { type ChannelOut, toChannelOut } from "./schemas.ts";

/** The vendor is not told: it goes on delivering, and is refused, until the channel is disconnected. */
export async function disableChannel(ctx: Ctx, id: string, kinds: ChannelKinds): Promise<ChannelOut> {
  return setStatus(ctx, id, "disabled", kinds);
}

export async function enableChannel(ctx: Ctx, id: string, kinds: ChannelKinds): Promise<ChannelOut> {
  return setStatus(ctx, id, "active", kinds);
}

async function setStatus(ctx: Ctx, id: string, status: ChannelOut["status"], kinds: ChannelKinds): Promise<ChannelOut> {
  requirePermission(ctx, "channels.write");
  await fetchChannel(ctx, id);
  return toChannelOut(ctx, await changeChannel(ctx, id, { status }), kinds);
}
