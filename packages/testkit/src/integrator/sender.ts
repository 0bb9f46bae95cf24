import { Webhook } from "standardwebhooks";

import { pause } from "../poll.ts";
import type { WireEvent } from "./events.ts";

export type Sending = {
  /** Where webhooks of the account go: `<base>/webhooks/http/<channel>`. */
  url: string;
  secret: string;
  /** The webhook id; a retry carries the same one. */
  id?: string;
  timestampMs?: number;
  headers?: Record<string, string>;
  timeoutMs?: number;
};

export type Answered = { status: number; body: string; headers: Headers };

let serial = 0;
export const newWebhookId = (): string => `wh_${process.pid}_${Date.now()}_${++serial}`;

/** One signed request with a body exactly as given. */
export async function sendRaw(
  body: string,
  { url, secret, id = newWebhookId(), timestampMs = Date.now(), headers, timeoutMs = 10_000 }: Sending,
): Promise<Answered> {
  const timestamp = new Date(timestampMs);
  const response = await fetch(url, {
    method: "POST",
    body,
    headers: {
      "content-type": "application/json",
      "webhook-id": id,
      "webhook-timestamp": String(Math.floor(timestampMs / 1000)),
      "webhook-signature": new Webhook(secret).sign(id, timestamp, body),
      ...headers,
    },
    signal: AbortSignal.timeout(timeoutMs),
  });
  return { status: response.status, body: await response.text(), headers: response.headers };
}

export function send(events: WireEvent | WireEvent[], sending: Sending): Promise<Answered> {
  return sendRaw(JSON.stringify(Array.isArray(events) ? { events } : events), sending);
}

/** As a real integrator does it: the same webhook again and again until it is answered 2xx or refused for good. */
export async function sendUntilAccepted(
  event: WireEvent,
  sending: Sending,
  stop?: AbortSignal,
): Promise<{ accepted: boolean; tries: number }> {
  const id = sending.id ?? newWebhookId();
  for (let tries = 1; !stop?.aborted; tries++) {
    const status = await send(event, { ...sending, id }).then(
      (answered) => answered.status,
      () => 0,
    );
    if (status >= 200 && status < 300) return { accepted: true, tries };
    if (status >= 400 && status < 500 && status !== 408 && status !== 425 && status !== 429) {
      throw new Error(`webhook refused with ${status}`);
    }
    await pause(Math.min(50 * 2 ** Math.min(tries, 4), 500));
  }
  return { accepted: false, tries: 0 };
}
