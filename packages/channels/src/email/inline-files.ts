import type { InboundEvent, Media } from "@charla/domain/inbound";
import type { EnrichContext, ParsedWebhook } from "../contract.ts";

/** Files that exist in the request only. */
const INLINE = /^inline:(\d{1,4})$/;

export const inlineRef = (index: number): string => `inline:${index}`;

/** Stores each file that a message of the webhook names, and names the stored one instead. */
export async function keepInline(
  parsed: ParsedWebhook,
  context: EnrichContext,
  bytesOf: (index: number) => Uint8Array | undefined,
): Promise<ParsedWebhook> {
  const kept = async (media: Media, externalId: string): Promise<Media[]> => {
    const index = INLINE.exec(media.ref)?.[1];
    if (index === undefined) return [media];
    const bytes = bytesOf(Number(index));
    if (bytes === undefined) return [];
    const ref = await context.keep(`${externalId}/${index}`, bytes, media.mime ?? "application/octet-stream");
    return [{ ...media, ref, size: bytes.length }];
  };
  const arrivals = [];
  // One after the other: together they may be larger than what memory holds twice.
  for (const arrival of parsed.arrivals) {
    const events: InboundEvent[] = [];
    for (const event of arrival.events) {
      if (event.kind !== "message" || event.media === undefined) {
        events.push(event);
        continue;
      }
      const media: Media[] = [];
      for (const one of event.media) media.push(...(await kept(one, event.externalId)));
      events.push({ ...event, media });
    }
    arrivals.push({ ...arrival, events });
  }
  return { ...parsed, arrivals };
}
