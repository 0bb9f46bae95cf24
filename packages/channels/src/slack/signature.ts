import type { Verdict, WebhookRequest } from "../contract.ts";
import { bytesOfHex } from "@charla/domain/hex";
import type { SlackAccount } from "./account.ts";

/** https://docs.slack.dev/authentication/verifying-requests-from-slack */
const TOLERANCE_SECONDS = 300;
const SIGNATURE = /^v0=([0-9a-f]{64})$/;
const TIMESTAMP = /^\d{1,11}$/;
const MAX_CACHED_KEYS = 512;

const encoder = new TextEncoder();
// Importing a key costs more than the signature itself; a rotated secret simply falls out at the old end.
const keys = new Map<string, Promise<CryptoKey>>();

/** Never throws: whatever is wrong is a 401. */
export async function verifySlack(
  { headers, rawBody }: Pick<WebhookRequest, "headers" | "rawBody">,
  { secrets }: Pick<SlackAccount, "secrets">,
  now: number,
): Promise<Verdict> {
  const timestamp = headers.get("x-slack-request-timestamp") ?? "";
  const hex = SIGNATURE.exec(headers.get("x-slack-signature") ?? "")?.[1];
  if (!TIMESTAMP.test(timestamp)) return refused("x-slack-request-timestamp is missing or malformed");
  if (Math.abs(Math.floor(now / 1000) - Number(timestamp)) > TOLERANCE_SECONDS) {
    return refused("x-slack-request-timestamp is outside of the tolerance");
  }
  if (hex === undefined) return refused("x-slack-signature is missing or malformed");
  const signature = bytesOfHex(hex);
  const signed = signedBytes(timestamp, rawBody);
  for (const secret of secrets.signingSecrets) {
    if (await crypto.subtle.verify("HMAC", await keyOf(secret), signature, signed)) return { ok: true };
  }
  return refused("no signature matches");
}

const refused = (reason: string): Verdict => ({ ok: false, status: 401, reason });

function signedBytes(timestamp: string, body: Uint8Array): Uint8Array<ArrayBuffer> {
  const head = encoder.encode(`v0:${timestamp}:`);
  const bytes = new Uint8Array(head.length + body.length);
  bytes.set(head);
  bytes.set(body, head.length);
  return bytes;
}

function keyOf(secret: string): Promise<CryptoKey> {
  const known = keys.get(secret);
  if (known !== undefined) return known;
  const algorithm = { name: "HMAC", hash: "SHA-256" };
  const key = crypto.subtle.importKey("raw", encoder.encode(secret), algorithm, false, ["verify"]);
  for (const oldest of keys.size < MAX_CACHED_KEYS ? [] : [...keys.keys()].slice(0, 1)) keys.delete(oldest);
  keys.set(secret, key);
  return key;
}
