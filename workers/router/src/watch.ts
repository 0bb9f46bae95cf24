import { tellAlerts } from "@charla/services/channel-health/tell";
import { watchChannels } from "@charla/services/channel-health/watch";
import type { Ctx } from "@charla/services/context";
import { writeAlert } from "@charla/telemetry/metrics";
import type { BackstageDeps } from "./deps.ts";

const EVERY_MINUTES = 5;

/** Trouble with a channel is noticed within minutes; looking more often would only cost more. */
export const isWatchMinute = (at: number): boolean => Math.floor(at / 60_000) % EVERY_MINUTES === 0;

/** The channels of one tenant, and whoever is to be told of them. How many alerts began or ended. */
export async function watchOver(ctx: Ctx, at: number, deps: BackstageDeps): Promise<number> {
  const { tenantId } = ctx;
  const { opened, closed } = await watchChannels(ctx, at);
  for (const { channelId, kind } of opened) {
    deps.log.warn("channel:alerted", { tenantId, channelId, reason: kind });
    writeAlert(deps.metrics, { tenantId, channelId, kind, what: "opened" });
  }
  for (const { channelId, kind } of closed) {
    deps.log.info("channel:recovered", { tenantId, channelId, reason: kind });
    writeAlert(deps.metrics, { tenantId, channelId, kind, what: "closed" });
  }
  const reached = await tellAlerts(ctx, deps.postman, at);
  if (reached > 0) deps.log.info("notice:sent", { tenantId, count: reached });
  return opened.length + closed.length;
}
