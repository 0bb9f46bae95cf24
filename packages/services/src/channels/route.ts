import { channelRoutes } from "@charla/db/control/channel-routes";
import { ChannelRoute, channelKvKey } from "@charla/domain/channel-record";
import { eq } from "drizzle-orm";
import type { PlatformCtx } from "../context.ts";

/** Whose channel it is and how it is set up; KV is asked first, the control plane where KV does not know or does not answer. */
export async function readChannelRoute(
  { config, control }: Pick<PlatformCtx, "config" | "control">,
  channelId: string,
): Promise<ChannelRoute | null> {
  const copy = await config.get(channelKvKey(channelId)).catch(() => null);
  if (copy !== null) return ChannelRoute.parse(JSON.parse(copy));
  const [row] = await control.orm.select().from(channelRoutes).where(eq(channelRoutes.channelId, channelId)).limit(1);
  return row === undefined ? null : ChannelRoute.parse(row.route);
}
