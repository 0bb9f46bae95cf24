import { callJson, type CallContext, type JsonAnswer } from "../../json-call.ts";
import type { EmailAccount } from "../account.ts";

export function callPostmark(
  method: "GET" | "POST" | "PUT" | "DELETE",
  path: string,
  { config: { provider }, secrets: { apiKey = "" } }: EmailAccount,
  context: CallContext,
  json?: unknown,
): Promise<JsonAnswer> {
  const base = provider.name === "postmark" ? provider.apiUrl : "https://api.postmarkapp.com";
  const headers: Record<string, string> = { accept: "application/json", "x-postmark-server-token": apiKey };
  if (json !== undefined) headers["content-type"] = "application/json";
  const init = { method, headers, ...(json !== undefined && { body: JSON.stringify(json) }) };
  return callJson(base.replace(/\/+$/, "") + path, init, context, apiKey);
}

export const streamOf = ({ config: { provider } }: EmailAccount): string =>
  provider.name === "postmark" ? provider.messageStream : "outbound";
