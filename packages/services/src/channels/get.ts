import { requirePermission } from "../auth/permissions.ts";
import type { Ctx } from "../context.ts";
import { fetchChannel } from "./internal.ts";
import { type ChannelOut, toChannelOut } from "./schemas.ts";

export async function getChannel(ctx: Ctx, id: string): Promise<ChannelOut> {
  requirePermission(ctx, "channels.read");
  return toChannelOut(await fetchChannel(ctx, id));
}
