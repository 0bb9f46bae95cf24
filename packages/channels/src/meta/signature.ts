import { bytesOfHex } from "@charla/domain/hex";
import type { Verdict, WebhookRequest } from "../contract.ts";

/** https://developers.facebook.com/docs/graph-api/webhooks/getting-started: HMAC-SHA256(app secret, raw body) as hex. */
const HEADER = "x-hub-signature-256";
const SIGNATURE = /^sha256=([0-9a-f]{64})$/;
const MAX_CACHED_KEYS = 512;

const encoder = new TextEncoder();
// Importing a key costs more than the signature itself; a rotated secret simply falls out at the old end.
const keys = new Map<string, Promise<CryptoKey>>();

/** Never throws. The webhook carries no time of its own: what comes again is told by the ids inside it. */
export async function verifyMeta(request: WebhookRequest, appSecrets: readonly string[]): Promise<Verdict> {
  const hex = SIGNATURE.exec(request.headers.get(HEADER) ?? "")?.[1];
  if (hex === undefined) return refused("x-hub-signature-256 is missing or malformed");
  const signature = bytesOfHex(hex);
  for (const secret of appSecrets) {
    if (await crypto.subtle.verify("HMAC", await keyOf(secret), signature, request.rawBody)) return { ok: true };
  }
  return refused("no signature matches");
}

const refused = (reason: string): Verdict => ({ ok: false, status: 401, reason });

function keyOf(secret: string): Promise<CryptoKey> {
  const known = keys.get(secret);
  if (known !== undefined) return known;
  const algorithm = { name: "HMAC", hash: "SHA-256" };
  const key = crypto.subtle.importKey("raw", encoder.encode(secret), algorithm, false, ["verify"]);
  if (keys.size >= MAX_CACHED_KEYS)
    for (const oldest of keys.keys()) {
      keys.delete(oldest);
      break;
    }
  keys.set(secret, key);
  return key;
}
