import { createHmac } from "node:crypto";

import { pause } from "../../poll.ts";

export type Delivery = { url: string; body: string; secret: string; status: number; answer: string };

/** Meta writes everything outside of ASCII as \uXXXX and every slash as \/; who signs anew what it parsed finds out. */
export function metaJson(value: unknown): string {
  return JSON.stringify(value)
    .replaceAll(/[\u0080-\uffff]/g, (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, "0")}`)
    .replaceAll("/", "\\/");
}

export const signatureOf = (secret: string, body: string): string =>
  `sha256=${createHmac("sha256", secret).update(body).digest("hex")}`;

/** One signed POST, as it is made once. */
export async function post(
  url: string,
  secret: string,
  body: string,
  send = fetch,
  timeoutMs = 10_000,
): Promise<Delivery> {
  const response = await send(url, {
    method: "POST",
    body,
    headers: {
      "content-type": "application/json",
      "user-agent": "facebookexternalua",
      "x-hub-signature-256": signatureOf(secret, body),
    },
    signal: AbortSignal.timeout(timeoutMs),
  });
  return { url, body, secret, status: response.status, answer: await response.text() };
}

/** Meta keeps trying for days; a test that shuts the door for good gives a signal. */
export async function postUntilTaken(
  url: string,
  secret: string,
  body: string,
  { stop, send, timeoutMs }: { stop?: AbortSignal | undefined; send?: typeof fetch; timeoutMs?: number } = {},
): Promise<Delivery> {
  for (let tries = 1; ; tries++) {
    const delivery = await post(url, secret, body, send, timeoutMs).catch((error: unknown): Delivery => ({
      url,
      body,
      secret,
      status: 0,
      answer: String(error),
    }));
    const { status } = delivery;
    const worthAnother = status === 0 || status === 408 || status === 429 || status >= 500;
    if (!worthAnother || stop?.aborted) return delivery;
    await pause(Math.min(50 * 2 ** Math.min(tries, 4), 500));
  }
}

/** The GET by which Meta finds out whether an address wants to be called. */
export async function shakeHands(url: string, verifyToken: string): Promise<boolean> {
  const challenge = String(Math.floor(Math.random() * 1e9));
  const target = new URL(url);
  target.searchParams.set("hub.mode", "subscribe");
  target.searchParams.set("hub.challenge", challenge);
  target.searchParams.set("hub.verify_token", verifyToken);
  const response = await fetch(target, { redirect: "manual", signal: AbortSignal.timeout(10_000) });
  return (await response.text()) === challenge && response.status === 200;
}
