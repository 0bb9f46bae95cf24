import { callJson, type CallContext, type JsonAnswer } from "../../json-call.ts";
import type { EmailAccount } from "../account.ts";

/** Longer than any mail that a person reads; files are not in it. */
const MAX_MAIL_BYTES = 8 * 1_048_576;

export const apiUrlOf = ({ config: { provider } }: EmailAccount): string =>
  (provider.name === "resend" ? provider.apiUrl : "https://api.resend.com").replace(/\/+$/, "");

export function callResend(
  method: "GET" | "POST" | "PATCH" | "DELETE",
  path: string,
  account: EmailAccount,
  context: CallContext,
  more: { json?: unknown; key?: string } = {},
): Promise<JsonAnswer> {
  const { apiKey = "" } = account.secrets;
  const headers: Record<string, string> = { authorization: `Bearer ${apiKey}`, "user-agent": "Charla/1" };
  if (more.json !== undefined) headers["content-type"] = "application/json";
  if (more.key !== undefined) headers["idempotency-key"] = more.key;
  const init = { method, headers, ...(more.json !== undefined && { body: JSON.stringify(more.json) }) };
  return callJson(`${apiUrlOf(account)}${path}`, init, context, apiKey, MAX_MAIL_BYTES);
}
