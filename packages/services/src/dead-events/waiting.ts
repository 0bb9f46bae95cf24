import { deadEvents } from "@charla/db/control/dead-events";
import type { ControlDb } from "@charla/db/open";
import { count } from "drizzle-orm";
import { isWaiting } from "./internal.ts";

/** How many wait for a person, by queue; counted when asked, so that it cannot drift. */
export async function waitingDeadEvents(control: ControlDb): Promise<{ queue: string; waiting: number }[]> {
  return control.orm
    .select({ queue: deadEvents.queue, waiting: count() })
    .from(deadEvents)
    .where(isWaiting)
    .groupBy(deadEvents.queue);
}
