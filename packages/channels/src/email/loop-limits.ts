import type { InboundEvent } from "@charla/domain/inbound";
import type { EnrichContext, ParsedWebhook } from "../contract.ts";

/** Two machines that answer each other without any header that would give them away. */
const PER_THREAD = { mails: 6, withinMs: 3_600_000 };
const PER_SENDER = { mails: 20, withinMs: 24 * 3_600_000 };

/** What is more than a person would write is kept, and shown, and not answered. */
export async function withinLimits(parsed: ParsedWebhook, { tally }: EnrichContext): Promise<ParsedWebhook> {
  const arrivals = [];
  for (const arrival of parsed.arrivals) {
    const { thread, contact } = arrival;
    const events: InboundEvent[] = [];
    for (const event of arrival.events) {
      if (event.kind !== "message" || event.unanswered !== undefined) events.push(event);
      else if (await isTooMuch(event.externalId, thread, event.sender?.address ?? contact.address))
        events.push({ ...event, unanswered: "loop" });
      else events.push(event);
    }
    arrivals.push({ ...arrival, events });
  }
  return { ...parsed, arrivals };

  async function isTooMuch(id: string, thread: string, sender: string): Promise<boolean> {
    const inThread = await tally(`thread ${thread}`, id, PER_THREAD.withinMs);
    const ofSender = await tally(`sender ${sender}`, id, PER_SENDER.withinMs);
    return inThread > PER_THREAD.mails || ofSender > PER_SENDER.mails;
  }
}
