import type { Arrival } from "@charla/domain/inbound";
import { release } from "@charla/services/dead-letters/quarantine";
import { openTenant } from "@charla/services/tenants/open";
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
        if (isReplayed(message.body)) await closeLetters(arrival, deps);
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

/** Each event of it is a dead letter of its tenant's since the last try failed. */
async function closeLetters({ key, events }: Arrival, deps: BackstageDeps): Promise<void> {
  const ctx = await openTenant(await deps.platform(), key.tenantId);
  await release(ctx, { channelId: key.channelId, raws: events.map((event) => JSON.stringify(event)) });
}

const isReplayed = (body: unknown): boolean =>
  typeof body === "object" && body !== null && "replayed" in body && body.replayed === true;

/** The queue carries only what this Worker put there; a body of another version waits in the dead letters for its reader. */
export function arrivalOf(body: unknown): Arrival | null {
  return isSpill(body) ? body.arrival : null;
}

function isSpill(body: unknown): body is { v: 1; arrival: Arrival } {
  return typeof body === "object" && body !== null && "v" in body && body.v === 1 && "arrival" in body;
}
