import type { DeliveryState } from "@charla/domain/inbound";
import type { OutState } from "@charla/domain/log";

const RANK: Record<OutState, number> = {
  queued: 0,
  sending: 1,
  unknown: 2,
  failed: 3,
  dropped: 3,
  sent: 4,
  delivered: 5,
  read: 6,
};

export const isSettled = (state: OutState): boolean => RANK[state] >= RANK.failed;
export const isDeadLetter = (state: OutState): boolean => state === "failed" || state === "unknown";

/**
 * Where a status moves a message. States only climb: a late `sent` never undoes `read` or a failure, and a failure is
 * believed only while nobody has seen the message arrive.
 */
export function advance(current: OutState, reported: DeliveryState): OutState {
  if (reported === "failed")
    return current === "delivered" || current === "read" || current === "dropped" ? current : "failed";
  if (current === "dropped" || (current === "failed" && reported === "sent")) return current;
  return RANK[reported] > RANK[current] ? reported : current;
}
