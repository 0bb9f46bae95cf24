import { hexOf } from "@charla/domain/hex";
import type { EnrichContext, ParsedWebhook, WebhookRequest } from "@charla/channels/contract";
import { keptKey, keptRef } from "@charla/domain/kept-file";
import type { OpenAccount } from "./accounts.ts";
import { within } from "./deadline.ts";
import type { Deps } from "./deps.ts";

/** Senders of webhooks give up after ten seconds and more; what is accepted needs some of them. */
const ENRICH_MS = 8_000;

/** Completes what the webhook only points to. Late or failed, it is UNAVAILABLE, and the vendor comes again. */
export async function enriched(
  { channel, account, route }: OpenAccount,
  parsed: ParsedWebhook,
  webhook: WebhookRequest,
  deps: Deps,
  now: number,
): Promise<ParsedWebhook> {
  if (channel.enrich === undefined) return parsed;
  const { tenantId, id } = route;
  const context: EnrichContext = {
    fetch: deps.fetch,
    now,
    signal: AbortSignal.timeout(ENRICH_MS),
    async keep(name, bytes, mime) {
      // Named by what it belongs to, so that a repetition writes the same object again.
      const key = keptKey(tenantId, id, await digestOf(name));
      await deps.files.put(key, bytes, { httpMetadata: { contentType: mime } });
      return keptRef(key);
    },
    tally: async (key, event, withinMs) => deps.tally(`${id} ${await digestOf(key)}`, event, withinMs, now),
  };
  return within(channel.enrich(parsed, webhook, account, context), ENRICH_MS, "completing the webhook");
}

async function digestOf(text: string): Promise<string> {
  const digest = await crypto.subtle.digest("SHA-256", new TextEncoder().encode(text));
  return hexOf(new Uint8Array(digest, 0, 20));
}
