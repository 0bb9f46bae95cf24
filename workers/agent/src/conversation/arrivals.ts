import { AppError } from "@charla/domain/errors";
import { objectNameOf, type AcceptResult, type Arrival } from "@charla/domain/inbound";
import type { Core } from "./core.ts";
import type { Erasure } from "./erasure.ts";
import { farewell } from "./farewell.ts";
import type { HistoryCache } from "./history-cache.ts";
import { inboxKey, takeIn } from "./inbox.ts";
import type { Loop } from "./loop.ts";
import type { MediaDesk } from "./media-desk.ts";
import type { Namesakes } from "./namesakes.ts";
import type { Outbox } from "./outbox.ts";
import type { OwnerDesk } from "./owner-desk.ts";
import type { Parking } from "./parking.ts";
import { withRealActions } from "./real-actions.ts";
import type { Summariser } from "./summariser.ts";
import type { Turns } from "./turns.ts";
import { WATCHDOG_MS } from "./wake.ts";

type Parts = {
  id: string;
  /** What the object was reached by, where that is known. */
  name: string | undefined;
  core: Core;
  erasure: Erasure;
  turns: Turns;
  media: MediaDesk;
  outbox: Outbox;
  desk: OwnerDesk;
  history: HistoryCache;
  summariser: Summariser;
  parking: Parking;
  namesakes: Namesakes;
  loop: Loop;
};

/** The way in: what arrives is durable first, then everybody it concerns hears of it. */
export class Arrivals {
  readonly #parts: Parts;

  constructor(parts: Parts) {
    this.#parts = parts;
  }

  /** Durable when it returns, here or with whom this object follows. */
  async accept(arrival: Arrival): Promise<AcceptResult> {
    const { id, core, namesakes } = this.#parts;
    const elsewhere = await namesakes.forwarded(arrival);
    if (elsewhere !== null) return elsewhere;
    const { accepted, duplicates } = this.take(await withRealActions(core, arrival));
    await namesakes.introduce();
    return { conversationId: id, accepted, duplicates };
  }

  take(arrived: Arrival): { accepted: number; duplicates: number } {
    const { id, name, core, erasure, turns, media, outbox, desk, history, summariser, parking, loop } = this.#parts;
    const arrival = erasure.withoutOld(arrived);
    if (name !== undefined && name !== objectNameOf(arrival.key))
      throw new AppError("INTERNAL", "arrival for another conversation");
    if (core.parked !== null) {
      parking.keep(core.parked, arrival);
      return { accepted: arrival.events.length, duplicates: 0 };
    }
    const intake = core.write(() => takeIn(core, id, arrival, erasure.mark?.spent));
    if (intake.fresh.length > 0) {
      // The wake is part of this tick's commit: rows and wake are durable together, before anybody is told.
      core.wake.by(core.now() + WATCHDOG_MS);
      summariser.interrupt();
      if (desk.current().type === "ai") turns.arrived(intake.fresh);
      else history.append(intake.fresh);
    }
    if (!core.started) return intake;
    for (const row of intake.changed) turns.amended(row);
    media.begin(intake.fresh, true);
    for (const status of arrival.statuses) outbox.onStatus(status);
    if (intake.optedOut) outbox.dropAutomatic("optout");
    if (intake.farewell !== null) outbox.append(farewell(core, intake.farewell, arrival.trackingId));
    if (intake.humanEcho) core.keepAlive(desk.heardFromPhone());
    if (intake.accepted > 0 || arrival.statuses.length > 0) loop.kick();
    return intake;
  }

  /** Where the first event of an arrival stands in the log. */
  seqOf({ channelKind, events }: Arrival): number | null {
    const event = events[0];
    if (!event) return null;
    return this.#parts.core.log.byKey(inboxKey(channelKind, event.kind, event.externalId))?.seq ?? null;
  }
}
