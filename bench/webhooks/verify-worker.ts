import { type Account, type ChannelWebhook, type WebhookRequest } from "@charla/channels/contract";
import { webhookOf } from "@charla/channels/webhooks";

export type Batch = {
  kind: string;
  config: unknown;
  secrets: unknown;
  requests: { url: string; headers: Record<string, string>; now: number; body: string }[];
  rounds: number;
};

const encoder = new TextEncoder();
const ID = "chn_01k9zx7q2v8m4n6p0r5t3w1yab";

type Prepared = { request: WebhookRequest; now: number };

function prepare({ kind, requests }: Batch): Prepared[] {
  return requests.map(({ url, headers, now, body }) => {
    const publicUrl = `https://charla.example/webhooks/${kind}/${ID}${url}`;
    const request = {
      method: "POST",
      url: new URL(publicUrl),
      publicUrl,
      headers: new Headers(headers),
      rawBody: encoder.encode(body),
    };
    return { request, now };
  });
}

/** The messages, edits, statuses and whatever else that one pass over the requests holds. */
async function pass(channel: ChannelWebhook, account: Account, prepared: Prepared[]): Promise<number> {
  let found = 0;
  for (const { request, now } of prepared) {
    const verdict = await channel.verify?.(request, account, now);
    if (verdict?.ok !== true) throw new Error(`a recorded webhook was refused: ${verdict?.reason}`);
    const { arrivals = [] } = (await channel.parse?.(request, account, now)) ?? {};
    for (const { events, statuses } of arrivals) found += events.length + statuses.length;
  }
  return found;
}

export default {
  async fetch(request: Request): Promise<Response> {
    if (request.method !== "POST") return new Response("ready");
    const batch = (await request.json()) as Batch;
    const channel = webhookOf(batch.kind);
    if (channel?.verify === undefined) return new Response("0");
    const account: Account = {
      id: ID,
      tenantId: "ten_01k9zx7q2v8m4n6p0r5t3w1yab",
      webhookUrl: `https://charla.example/webhooks/${batch.kind}/${ID}`,
      config: channel.configSchema.parse(batch.config),
      secrets: channel.secretsSchema.parse(batch.secrets),
    };
    const prepared = prepare(batch);
    let found = 0;
    for (let round = 0; round < batch.rounds; round++) found += await pass(channel, account, prepared);
    return new Response(String(found));
  },
};
