import type { Arrival } from "@charla/domain/inbound";
import type { SpillEvent } from "@charla/domain/projection";

/** Queue messages end at 128 KB; the rest is for what surrounds the events. */
const MAX_BYTES = 120_000;
const encoder = new TextEncoder();

/** The arrival as queue messages that each fit; `null` when a single event is too large for the queue. */
export function spillMessages(arrival: Arrival): SpillEvent[] | null {
  const base: Arrival = { ...arrival, events: [], statuses: [] };
  const room = MAX_BYTES - bytesOf(base);
  const messages: SpillEvent[] = [];
  let part: Arrival = { ...base, events: [], statuses: [] };
  let used = 0;
  const place = (bytes: number): Arrival | null => {
    if (bytes > room) return null;
    if (used + bytes > room) {
      messages.push({ v: 1, arrival: part });
      part = { ...base, events: [], statuses: [] };
      used = 0;
    }
    used += bytes;
    return part;
  };
  for (const event of arrival.events) {
    const target = place(bytesOf(event));
    if (target === null) return null;
    target.events.push(event);
  }
  for (const status of arrival.statuses) place(bytesOf(status))?.statuses.push(status);
  messages.push({ v: 1, arrival: part });
  return messages;
}

const bytesOf = (value: unknown): number => encoder.encode(JSON.stringify(value)).length + 1;
