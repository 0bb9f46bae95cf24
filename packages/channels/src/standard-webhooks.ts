import type { Verdict } from "./contract.ts";

/** https://www.standardwebhooks.com: `v1,<base64 HMAC-SHA256(secret, "<id>.<timestamp>.<raw body>")>`, several separated by spaces. */
export const TOLERANCE_SECONDS = 300;
const SECRET_PREFIX = "whsec_";
const MAX_SIGNATURES = 8;
/** `v1,` and the base64 of 32 bytes with its padding. */
const SIGNATURE_LENGTH = 47;
const MAX_CACHED_KEYS = 512;
const MESSAGE_ID = /^[\x21-\x7e]{1,256}$/;
const TIMESTAMP = /^\d{1,12}$/;
const BASE64 = /^[A-Za-z0-9+/]+={0,2}$/;

const encoder = new TextEncoder();
// Importing a key costs more than the signature itself; a rotated secret simply falls out at the old end.
const keys = new Map<string, CryptoKey>();

/** 32 random bytes, the form every Standard Webhooks library takes. */
export function newSigningSecret(): string {
  return SECRET_PREFIX + encodeBase64(crypto.getRandomValues(new Uint8Array(32)));
}

export function isSigningSecret(value: string): boolean {
  return value.startsWith(SECRET_PREFIX) && (decodeBase64(value.slice(SECRET_PREFIX.length))?.length ?? 0) >= 16;
}

export async function sign(secret: string, id: string, timestampSeconds: number, body: Uint8Array): Promise<string> {
  const key = await importKey(secret);
  if (key === null) throw new TypeError("the signing secret is not whsec_<base64>");
  return `v1,${encodeBase64(new Uint8Array(await crypto.subtle.sign("HMAC", key, signedBytes(id, String(timestampSeconds), body))))}`;
}

/** Never throws: whatever is wrong with the headers or the secrets is a 401, and always the same one. */
export async function verify(
  headers: Headers,
  rawBody: Uint8Array,
  secrets: readonly string[],
  nowMs: number,
): Promise<Verdict> {
  const id = headers.get("webhook-id") ?? "";
  const timestamp = headers.get("webhook-timestamp") ?? "";
  const signatures = headers.get("webhook-signature") ?? "";
  if (!MESSAGE_ID.test(id)) return refused("webhook-id is missing or malformed");
  if (!TIMESTAMP.test(timestamp)) return refused("webhook-timestamp is missing or malformed");
  if (Math.abs(Math.floor(nowMs / 1000) - Number(timestamp)) > TOLERANCE_SECONDS) {
    return refused("webhook-timestamp is outside of the tolerance");
  }
  const candidates = candidatesOf(signatures);
  if (candidates.length === 0) return refused("webhook-signature holds no v1 signature");
  const signed = signedBytes(id, timestamp, rawBody);
  for (const secret of secrets) {
    const key = await importKey(secret);
    if (key === null) continue;
    // `verify` compares in constant time and answers false, where a hand-made comparison throws, on a wrong length.
    for (const candidate of candidates)
      if (await crypto.subtle.verify("HMAC", key, candidate, signed)) return { ok: true };
  }
  return refused("no signature matches");
}

const refused = (reason: string): Verdict => ({ ok: false, status: 401, reason });

function candidatesOf(header: string): Uint8Array[] {
  const candidates: Uint8Array[] = [];
  for (const part of header.split(" ", MAX_SIGNATURES)) {
    if (!part.startsWith("v1,") || part.length !== SIGNATURE_LENGTH) continue;
    const bytes = decodeBase64(part.slice(3));
    if (bytes !== null) candidates.push(bytes);
  }
  return candidates;
}

function signedBytes(id: string, timestamp: string, body: Uint8Array): Uint8Array {
  const head = encoder.encode(`${id}.${timestamp}.`);
  const bytes = new Uint8Array(head.length + body.length);
  bytes.set(head);
  bytes.set(body, head.length);
  return bytes;
}

async function importKey(secret: string): Promise<CryptoKey | null> {
  const known = keys.get(secret);
  if (known !== undefined) return known;
  const bytes = secret.startsWith(SECRET_PREFIX) ? decodeBase64(secret.slice(SECRET_PREFIX.length)) : null;
  if (bytes === null || bytes.length === 0) return null;
  const key = await crypto.subtle.importKey("raw", bytes, { name: "HMAC", hash: "SHA-256" }, false, ["sign", "verify"]);
  if (keys.size >= MAX_CACHED_KEYS)
    for (const oldest of keys.keys()) {
      keys.delete(oldest);
      break;
    }
  keys.set(secret, key);
  return key;
}

function encodeBase64(bytes: Uint8Array): string {
  let binary = "";
  for (const byte of bytes) binary += String.fromCharCode(byte);
  return btoa(binary);
}

function decodeBase64(text: string): Uint8Array | null {
  if (text.length > 512 || !BASE64.test(text)) return null;
  try {
    const binary = atob(text);
    const bytes = new Uint8Array(binary.length);
    for (let i = 0; i < binary.length; i++) bytes[i] = binary.charCodeAt(i);
    return bytes;
  } catch {
    return null;
  }
}
