import { isAppError } from "@charla/domain/errors";
import { objectNameOf } from "@charla/domain/inbound";
import type { AcceptResult, Arrival } from "@charla/domain/inbound";
import { within } from "./deadline.ts";
import type { Deps } from "./deps.ts";
import { spillMessages } from "./spill.ts";

export type Delivery = { accepted: number; duplicates: number; spilled: number; failed: number };

const ACCEPT_MS = 2_000;
/** A whole batch must be answered before its sender gives up; what is left by then goes to the queue at once. */
const BATCH_MS = 8_000;
const MAX_PARALLEL = 32;

/** Hands every arrival to its conversation. Counted as accepted only what is durable there or waits in the queue. */
export async function deliver(arrivals: Arrival[], deps: Deps): Promise<Delivery> {
  const tally: Delivery = { accepted: 0, duplicates: 0, spilled: 0, failed: 0 };
  const endsAt = deps.clock() + BATCH_MS;
  let next = 0;
  const lane = async (): Promise<void> => {
    for (let arrival = arrivals[next++]; arrival !== undefined; arrival = arrivals[next++]) {
      await deliverOne(arrival, deps, tally, deps.clock() < endsAt);
    }
  };
  const lanes: Promise<void>[] = [];
  for (let i = Math.min(MAX_PARALLEL, arrivals.length); i > 1; i--) lanes.push(lane());
  await lane();
  if (lanes.length > 0) await Promise.all(lanes);
  return tally;
}

async function deliverOne(arrival: Arrival, deps: Deps, tally: Delivery, inTime: boolean): Promise<void> {
  const { tenantId, channelId } = arrival.key;
  const fields = { tenantId, channelId, trackingId: arrival.trackingId };
  try {
    if (inTime) {
      const result = await acceptOnce(arrival, deps, ACCEPT_MS);
      tally.accepted += result.accepted;
      tally.duplicates += result.duplicates;
      return;
    }
  } catch (error) {
    if (!isUnreached(error)) {
      tally.failed += 1;
      deps.log.error("arrival:deferred", { ...fields, error });
      return;
    }
    deps.log.warn("arrival:spilled", { ...fields, error });
  }
  try {
    const messages = spillMessages(arrival);
    if (messages === null) throw new RangeError("an event is larger than the queue takes");
    for (const message of messages) await deps.spill.send(message);
    tally.accepted += arrival.events.length;
    tally.spilled += arrival.events.length + arrival.statuses.length;
  } catch (error) {
    tally.failed += 1;
    deps.log.error("arrival:deferred", { ...fields, error });
  }
}

/** The insert is durable when this returns. An object that was just replaced gets one more try within the same deadline. */
export async function acceptOnce(arrival: Arrival, deps: Deps, ms: number): Promise<AcceptResult> {
  const name = objectNameOf(arrival.key);
  const startedAt = deps.clock();
  try {
    return await within(deps.conversation(name).accept(arrival), ms, "accept");
  } catch (error) {
    const left = ms - (deps.clock() - startedAt);
    if (!isPassing(error) || left <= 0) throw error;
    return await within(deps.conversation(name).accept(arrival), left, "accept");
  }
}

/** The platform marks failures that a new call to the same object can survive; an overloaded object needs peace instead. */
const isPassing = (error: unknown): boolean => says(error, "retryable") && !says(error, "overloaded");

/**
 * Late, overloaded or replaced: worth the queue, which reaches the object later. A failure of the object itself, such as a disk that takes no more,
 * is not: its sender keeps the message until it can be stored.
 */
const isUnreached = (error: unknown): boolean =>
  isAppError(error, "UNAVAILABLE") || says(error, "retryable") || says(error, "overloaded");

const says = (error: unknown, flag: "retryable" | "overloaded"): boolean =>
  typeof error === "object" && error !== null && flag in error && Reflect.get(error, flag) === true;
