import { isId } from "@charla/domain/ids";
import type { PlatformCtx } from "@charla/services/context";
import { storeDeadEvent } from "@charla/services/dead-events/store";
import type { BackstageDeps } from "../deps.ts";
import { backOffSeconds } from "./back-off.ts";
import { arrivalOf } from "./inbound.ts";

const FIRST_RETRY_SECONDS = 30;
const MAX_RETRY_SECONDS = 3600;
const REASON = "every retry of the queue failed";

/** The end of the line: kept where people see it, and acknowledged only when it is. */
export async function consumeDead(batch: MessageBatch, deps: BackstageDeps): Promise<void> {
  const platform = await deps.platform();
  for (const message of batch.messages) {
    const tenantId = tenantOf(message.body);
    try {
      await keep(batch.queue, message, tenantId, platform, deps);
      deps.log.error("queue:dead", { queue: batch.queue, tenantId, attempt: message.attempts });
      message.ack();
    } catch (error) {
      deps.log.error("queue:dead", { queue: batch.queue, tenantId, reason: "could not be kept", error });
      message.retry({ delaySeconds: backOffSeconds(message.attempts, FIRST_RETRY_SECONDS, MAX_RETRY_SECONDS) });
    }
  }
}

/** Whole and sealed for whoever repairs it; a customer's messages besides, one by one, where the tenant looks. */
async function keep(
  queue: string,
  message: Message,
  tenantId: string | undefined,
  platform: PlatformCtx,
  deps: BackstageDeps,
): Promise<void> {
  const arrival = arrivalOf(message.body);
  if (arrival !== null) {
    const { key, events } = arrival;
    const items = events.map((event) => ({ reason: "undeliverable", raw: JSON.stringify(event) }));
    try {
      await deps.quarantine({ tenantId: key.tenantId, channelId: key.channelId, items });
    } catch (error) {
      deps.log.warn("queue:dead", { queue, tenantId, reason: "the tenant's dead letters took it not", error });
    }
  }
  const body = JSON.stringify(message.body);
  await storeDeadEvent(platform, { queue, reason: REASON, body, ...(tenantId !== undefined && { tenantId }) });
}

function tenantOf(body: unknown): string | undefined {
  const arrival = arrivalOf(body);
  if (arrival !== null) return arrival.key.tenantId;
  if (typeof body !== "object" || body === null || !("tenantId" in body)) return undefined;
  return isId("tenant", body.tenantId) ? body.tenantId : undefined;
}
