import { AppError } from "@charla/domain/errors";
import type { Requeue } from "@charla/services/dead-events/schemas";

type QueueEnv = Pick<GatewayEnv, "EVENTS" | "INBOUND">;

/** Back to the queue whose dead letter it became. */
export const requeueOf =
  (env: QueueEnv): Requeue =>
  async (queue, body) => {
    const producers: Record<string, Queue | undefined> = {
      "charla-events-dlq": env.EVENTS,
      "charla-inbound-dlq": env.INBOUND,
    };
    const producer = Object.hasOwn(producers, queue) ? producers[queue] : undefined;
    if (producer === undefined) throw new AppError("CONFLICT", `no queue feeds ${queue}`);
    await producer.send(body);
  };
