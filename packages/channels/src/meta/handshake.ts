import type { WebhookRequest } from "../contract.ts";
import { hexOf } from "@charla/domain/hex";

const CHALLENGE = /^[\x20-\x7e]{1,256}$/;
const encoder = new TextEncoder();

/** The word by which Meta's first call is known to be about this account. */
export const newVerifyToken = (): string => hexOf(crypto.getRandomValues(new Uint8Array(16)));

/** Meta's GET when an address is registered: the challenge comes back to who knows the word, 403 to everybody else. */
export async function handshakeMeta(
  { method, url }: WebhookRequest,
  verifyTokens: readonly string[],
): Promise<Response | null> {
  if (method !== "GET") return null;
  const { searchParams: query } = url;
  const challenge = query.get("hub.challenge") ?? "";
  const isSubscription = query.get("hub.mode") === "subscribe" && CHALLENGE.test(challenge);
  if (!isSubscription || !(await isOneOf(query.get("hub.verify_token") ?? "", verifyTokens)))
    return new Response("Forbidden", { status: 403, headers: { "content-type": "text/plain" } });
  return new Response(challenge, {
    status: 200,
    headers: { "content-type": "text/plain", "x-content-type-options": "nosniff" },
  });
}

/** Under a key that lives no longer than the question, so that the time it takes says nothing about the word. */
async function isOneOf(given: string, words: readonly string[]): Promise<boolean> {
  const algorithm = { name: "HMAC", hash: "SHA-256", length: 256 };
  const key = await crypto.subtle.generateKey(algorithm, false, ["sign", "verify"]);
  if (!("type" in key)) return false;
  const mark = await crypto.subtle.sign("HMAC", key, encoder.encode(given));
  let found = false;
  for (const word of words) if (await crypto.subtle.verify("HMAC", key, mark, encoder.encode(word))) found = true;
  return found;
}
