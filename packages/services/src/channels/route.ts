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
  return readAuthority(control, channelId);
}

/** As it is, where KV may still say what it was. */
export async function readAuthority(control: PlatformCtx["control"], channelId: string): Promise<ChannelRoute | null> {
  const [row] = await control.orm.select().from(channelRoutes).where(eq(channelRoutes.channelId, channelId)).limit(1);
  return row === undefined ? null : ChannelRoute.parse(row.route);
}

/**
 * For callers who have proved nothing yet: a key that KV does not have ends here, because made-up ids must not become
 * queries. Only when KV itself fails is the control plane asked.
 */
export async function readPublicRoute(
  { config, control }: { config: PlatformCtx["config"]; control: () => Promise<PlatformCtx["control"]> },
  channelId: string,
): Promise<ChannelRoute | null> {
  const copy = await config.get(channelKvKey(channelId)).catch(() => undefined);
  if (copy === undefined) return readChannelRoute({ config, control: await control() }, channelId);
  return copy === null ? null : ChannelRoute.parse(JSON.parse(copy));
}
