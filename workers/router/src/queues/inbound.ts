import type { Arrival } from "@charla/domain/inbound";
import { acceptOnce } from "../deliver.ts";
import type { BackstageDeps } from "../deps.ts";
import { backOffSeconds } from "./back-off.ts";

/** Nobody waits for an answer here, so an object gets longer than in a webhook. */
const ACCEPT_MS = 10_000;
const FIRST_RETRY_SECONDS = 2;
const MAX_RETRY_SECONDS = 300;

/** What a webhook could not hand over in time: the same accept again, until it works or the dead-letter queue takes it. */
export async function consumeInbound(batch: MessageBatch, deps: BackstageDeps): Promise<void> {
  await Promise.all(
    batch.messages.map(async (message) => {
      const arrival = arrivalOf(message.body);
      try {
        if (arrival === null) throw new TypeError("not a spilled arrival");
        await acceptOnce(arrival, deps, ACCEPT_MS);
        message.ack();
      } catch (error) {
        const delaySeconds = backOffSeconds(message.attempts, FIRST_RETRY_SECONDS, MAX_RETRY_SECONDS);
        const { tenantId, channelId } = arrival?.key ?? {};
        deps.log.warn("arrival:deferred", {
          tenantId,
          channelId,
          trackingId: arrival?.trackingId,
          attempt: message.attempts,
          retryInMs: delaySeconds * 1000,
          error,
        });
        message.retry({ delaySeconds });
      }
    }),
  );
}

/** The queue carries only what this Worker put there; a body of another version waits in the dead letters for its reader. */
export function arrivalOf(body: unknown): Arrival | null {
  return isSpill(body) ? body.arrival : null;
}

function isSpill(body: unknown): body is { v: 1; arrival: Arrival } {
  return typeof body === "object" && body !== null && "v" in body && body.v === 1 && "arrival" in body;
}
