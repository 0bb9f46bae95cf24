import { requirePermission } from "../auth/permissions.ts";
import type { Ctx } from "../context.ts";
import { fetchChannel } from "./internal.ts";
import type { ChannelKinds } from "./kinds.ts";
import { type ChannelOut, toChannelOut } from "./schemas.ts";

export async function getChannel(ctx: Ctx, id: string, kinds: ChannelKinds): Promise<ChannelOut> {
  requirePermission(ctx, "channels.read");
  return toChannelOut(ctx, await fetchChannel(ctx, id), kinds);
}
