import { channelOf } from "@charla/channels/registry";
import type { Arrival, InboundEvent } from "@charla/domain/inbound";
import type { Core } from "./core.ts";
import { recentlySent } from "./our-own.ts";

/**
 * A tap brings back what its button's id was shortened to; the whole id is on the button that was sent. To be asked before
 * anything of the arrival is taken.
 */
export async function withRealActions(core: Core, arrival: Arrival): Promise<Arrival> {
  const keyOf = channelOf(arrival.channelKind)?.buttonKey;
  if (keyOf === undefined || !core.started || !arrival.events.some(isTap)) return arrival;
  const ids = new Set(recentlySent(core).flatMap(({ body }) => body.buttons?.map(({ id }) => id) ?? []));
  const byKey = new Map(await Promise.all([...ids].map(async (id) => [await keyOf(id), id] as const)));
  const events = arrival.events.map((event): InboundEvent => {
    if (!isTap(event)) return event;
    return { ...event, action: { ...event.action, id: byKey.get(event.action.id) ?? event.action.id } };
  });
  return { ...arrival, events };
}

type Message = Extract<InboundEvent, { kind: "message" }>;
const isTap = (event: InboundEvent): event is Message & { action: NonNullable<Message["action"]> } =>
  event.kind === "message" && event.action !== undefined;
