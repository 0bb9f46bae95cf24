import { hexOf } from "@charla/domain/hex";
import type { Verdict, WebhookRequest } from "../contract.ts";
import { isLoopback } from "@charla/domain/egress-policy";
import { formOf, queryParamsOf } from "./form.ts";
import { signedForms } from "./signed-url.ts";

/** https://www.twilio.com/docs/usage/security: base64(HMAC-SHA1(auth token, URL + every sorted name and value)). */
export const SIGNATURE_HEADER = "x-twilio-signature";
const SIGNATURE = /^[A-Za-z0-9+/]{27}=$/;
const MAX_CACHED_KEYS = 512;

const encoder = new TextEncoder();
// Importing a key costs more than the signature itself.
const keys = new Map<string, CryptoKey>();

const refused = (reason: string): Verdict => ({ ok: false, status: 401, reason });

/** Never throws: whatever is wrong is a 401. There is no time in a Twilio signature; repeats are caught by their SID. */
export async function verifyTwilio(request: WebhookRequest, tokens: readonly string[]): Promise<Verdict> {
  const bodyHash = queryParamsOf(request.publicUrl).get("bodySHA256");
  let params = "";
  if (bodyHash !== null) {
    if ((await sha256Hex(request.rawBody)) !== bodyHash.toLowerCase()) return refused("bodySHA256 does not match");
  } else if (request.method !== "GET") {
    const form = formOf(request.rawBody);
    if (form === null) return refused("the body is not UTF-8");
    params = signedParams(form);
  }
  return verifyAddresses(addressesOf(request), params, request.headers.get(SIGNATURE_HEADER), tokens);
}

/** The upgrade of a ConversationRelay or Media Streams socket: the address alone, under the scheme `wss`. */
export function verifyTwilioSocket(request: WebhookRequest, tokens: readonly string[]): Promise<Verdict> {
  const sockets = addressesOf(request).map((url) => url.replace(/^http/, "ws"));
  return verifyAddresses(sockets, "", request.headers.get(SIGNATURE_HEADER), tokens);
}

/** What Twilio signs of the parameters; parameters nobody has heard of are signed like the others. */
function signedParams(form: URLSearchParams): string {
  const names = [...new Set(form.keys())].toSorted();
  return names.flatMap((name) => [...new Set(form.getAll(name))].toSorted().map((value) => `${name}${value}`)).join("");
}

/**
 * Twilio signed the address it was given, which is the public one. Only on a development machine, where the public name
 * is this machine itself, may the address as called be another one: that of a tunnel.
 */
function addressesOf({ publicUrl, url }: WebhookRequest): string[] {
  const host = URL.parse(publicUrl)?.hostname ?? "";
  return isLoopback(host) ? [publicUrl, url.href] : [publicUrl];
}

async function verifyAddresses(
  addresses: string[],
  params: string,
  header: string | null,
  tokens: readonly string[],
): Promise<Verdict> {
  if (header === null || !SIGNATURE.test(header)) return refused("x-twilio-signature is missing or malformed");
  const signature = Uint8Array.from(atob(header), (char) => char.charCodeAt(0));
  const signed = [...new Set(addresses.flatMap(signedForms))].map((url) => encoder.encode(url + params));
  for (const token of tokens) {
    const key = await importKey(token);
    if (key === null) continue;
    for (const bytes of signed) if (await crypto.subtle.verify("HMAC", key, signature, bytes)) return { ok: true };
  }
  return refused("no signature matches");
}

async function sha256Hex(bytes: Uint8Array): Promise<string> {
  return hexOf(await crypto.subtle.digest("SHA-256", bytes));
}

async function importKey(token: string): Promise<CryptoKey | null> {
  const known = keys.get(token);
  if (known !== undefined) return known;
  if (token === "") return null;
  const hmac = { name: "HMAC", hash: "SHA-1" };
  const key = await crypto.subtle.importKey("raw", encoder.encode(token), hmac, false, ["verify"]);
  if (keys.size >= MAX_CACHED_KEYS)
    for (const oldest of keys.keys()) {
      keys.delete(oldest);
      break;
    }
  keys.set(token, key);
  return key;
}
