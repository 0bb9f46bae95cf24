import { requirePermission } from "../auth/permissions.ts";
import type { Ctx } from "../context.ts";
import { changeChannel, fetchChannel } from "./internal.ts";
import { type ChannelOut, toChannelOut } from "./schemas.ts";

export async function disableChannel(ctx: Ctx, id: string): Promise<ChannelOut> {
  return setStatus(ctx, id, "disabled");
}

export async function enableChannel(ctx: Ctx, id: string): Promise<ChannelOut> {
  return setStatus(ctx, id, "active");
}

async function setStatus(ctx: Ctx, id: string, status: ChannelOut["status"]): Promise<ChannelOut> {
  requirePermission(ctx, "channels.write");
  await fetchChannel(ctx, id);
  return toChannelOut(await changeChannel(ctx, id, { status }));
}
