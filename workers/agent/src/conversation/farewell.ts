import { optedOutText } from "@charla/agent/texts";
import { newId } from "@charla/domain/ids";
import type { InboundOptOut } from "@charla/domain/inbound";
import type { Core } from "./core.ts";
import type { Draft } from "./outbox.ts";

/** One last message to who asked for silence, so that they know they have it. */
export function farewell(core: Core, { confirm = "both", externalId }: InboundOptOut, trackingId: string): Draft {
  return {
    answer: { text: optedOutText(confirm, core.head.contact) },
    author: { type: "system" },
    turn: null,
    inReplyTo: [externalId],
    trackingId,
    idOf: () => newId("message", core.now()),
    farewell: true,
  };
}
