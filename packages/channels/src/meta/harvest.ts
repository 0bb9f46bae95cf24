import type { Contact, DeliveryStatus, InboundEvent } from "@charla/domain/inbound";
import type { ParsedWebhook } from "../contract.ts";
import { Rejection } from "../http/event-fields.ts";
import { rawOf } from "./json.ts";

type Arrival = ParsedWebhook["arrivals"][number];

/** Collects what one webhook held, by conversation and person, each with its events in the order they happened. */
export class Harvest {
  readonly #arrivals = new Map<string, Arrival>();
  readonly #rejected: ParsedWebhook["rejected"] = [];
  #ignored = 0;
  #index = -1;

  /** One item of the webhook; what is wrong with it stays with it. */
  item(raw: unknown, read: () => void): void {
    this.#index++;
    try {
      read();
    } catch (error) {
      if (!(error instanceof Rejection)) throw error;
      this.#rejected.push({ index: this.#index, reason: error.message, raw: rawOf(raw) });
    }
  }

  event(thread: string, contact: Contact, ...events: InboundEvent[]): void {
    this.#arrival(thread, contact).events.push(...events);
  }

  /** Named by what is only an alias of most. */
  eventByAlias(thread: string, contact: Contact, ...events: InboundEvent[]): void {
    const arrival = this.#arrival(thread, contact);
    arrival.events.push(...events);
    arrival.byAlias = true;
  }

  /** Statuses name nobody, so they travel with an empty address, apart from the events of the conversation. */
  status(thread: string, status: DeliveryStatus): void {
    this.#arrival(thread, { address: "" }).statuses.push(status);
  }

  ignore(): void {
    this.#ignored++;
  }

  done(): ParsedWebhook {
    const arrivals = [...this.#arrivals.values()];
    // Entries of one webhook come in no order; sorting keeps apart only what the vendor's clock keeps apart.
    for (const { events } of arrivals) events.sort((a, b) => a.at - b.at);
    return { arrivals, rejected: this.#rejected, ...(this.#ignored > 0 && { ignored: this.#ignored }) };
  }

  #arrival(thread: string, contact: Contact): Arrival {
    const key = `${thread}\n${contact.address}`;
    const known = this.#arrivals.get(key);
    if (known !== undefined) {
      Object.assign(known.contact, contact);
      return known;
    }
    const arrival: Arrival = { thread, contact, events: [], statuses: [] };
    this.#arrivals.set(key, arrival);
    return arrival;
  }
}
