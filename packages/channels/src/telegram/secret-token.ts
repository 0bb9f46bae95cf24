import type { Verdict, WebhookRequest } from "../contract.ts";
import { isSameText } from "../same-text.ts";
import type { TelegramAccount } from "./account.ts";

const HEADER = "x-telegram-bot-api-secret-token";

/** The token travels as it is and signs nothing: what it proves is who calls, not what the body says. */
export async function verifySecretToken(
  { headers }: Pick<WebhookRequest, "headers">,
  { secrets }: TelegramAccount,
): Promise<Verdict> {
  const given = headers.get(HEADER) ?? "";
  if (given === "") return refused(`${HEADER} is missing`);
  for (const known of secrets.secretTokens) if (await isSameText(given, known)) return { ok: true };
  return refused("the secret token is not one of this account");
}

const refused = (reason: string): Verdict => ({ ok: false, status: 401, reason });
