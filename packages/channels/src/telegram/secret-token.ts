import type { Verdict, WebhookRequest } from "../contract.ts";
import type { TelegramAccount } from "./account.ts";

const HEADER = "x-telegram-bot-api-secret-token";
const encoder = new TextEncoder();
let comparing: Promise<CryptoKey> | undefined;

/** The token travels as it is and signs nothing: what it proves is who calls, not what the body says. */
export async function verifySecretToken(
  { headers }: Pick<WebhookRequest, "headers">,
  { secrets }: TelegramAccount,
): Promise<Verdict> {
  const given = headers.get(HEADER) ?? "";
  if (given === "") return refused(`${HEADER} is missing`);
  for (const known of secrets.secretTokens) if (await isSame(given, known)) return { ok: true };
  return refused("the secret token is not one of this account");
}

const refused = (reason: string): Verdict => ({ ok: false, status: 401, reason });

/** `verify` compares in constant time; under a key that nobody knows equal marks mean equal tokens, of any length. */
async function isSame(given: string, known: string): Promise<boolean> {
  comparing ??= newKey();
  const key = await comparing;
  const mark = await crypto.subtle.sign("HMAC", key, encoder.encode(known));
  return crypto.subtle.verify("HMAC", key, mark, encoder.encode(given));
}

const newKey = (): Promise<CryptoKey> => {
  const bytes = crypto.getRandomValues(new Uint8Array(32));
  return crypto.subtle.importKey("raw", bytes, { name: "HMAC", hash: "SHA-256" }, false, ["sign", "verify"]);
};
