import type { BackstageDeps } from "../deps.ts";
import { consumeDead } from "./dead.ts";
import { consumeEvents } from "./events.ts";
import { consumeInbound } from "./inbound.ts";

type Consumer = (batch: MessageBatch, deps: BackstageDeps) => Promise<void>;

/** One consumer per queue; the names are those of scripts/config/bindings.ts. */
const consumers = new Map<string, Consumer>([
  ["charla-inbound", consumeInbound],
  ["charla-events", consumeEvents],
  ["charla-inbound-dlq", consumeDead],
  ["charla-events-dlq", consumeDead],
]);

export async function consume(batch: MessageBatch, deps: BackstageDeps): Promise<void> {
  const consumer = consumers.get(batch.queue);
  if (consumer === undefined) throw new Error(`no consumer for the queue ${batch.queue}`);
  await consumer(batch, deps);
}
