import { isRecord } from "../json-body.ts";
import { callJson, type CallContext, type JsonAnswer, retryAfterOf } from "../json-call.ts";
import { fieldsOf, recordsOf, textOf } from "./json.ts";

/** What every call to the Graph API needs to know. */
export type GraphAccess = { apiUrl: string; version: string; token: string };

export type GraphError = {
  code: number;
  subcode: number;
  message: string;
  /** Meta's own word that the same call may work later. */
  transient: boolean;
};

export type GraphAnswer =
  | { outcome: "ok"; body: Record<string, unknown> }
  | { outcome: "refused"; status: number; error: GraphError | null; retryAfterMs?: number }
  /** No answer, or none that says what became of the call. */
  | { outcome: "lost"; message: string; denied: boolean };

export type GraphCall = {
  method?: "GET" | "POST" | "DELETE";
  query?: Record<string, string>;
  json?: unknown;
  form?: FormData;
  /** In place of the account's own token. */
  token?: string;
};

const MAX_RETRY_AFTER_MS = 24 * 3_600_000;

/** One request to the Graph API. Never throws; an error inside a 200 is an error. */
export async function callGraph(
  access: GraphAccess,
  path: string,
  call: GraphCall,
  context: CallContext,
): Promise<GraphAnswer> {
  const url = new URL(`${access.apiUrl}/${access.version}/${path}`);
  for (const [name, value] of Object.entries(call.query ?? {})) url.searchParams.set(name, value);
  const token = call.token ?? access.token;
  const headers: Record<string, string> = { authorization: `Bearer ${token}` };
  if (call.json !== undefined) headers["content-type"] = "application/json";
  const body = call.json === undefined ? call.form : JSON.stringify(call.json);
  const method = call.method ?? (body === undefined ? "GET" : "POST");
  const answer = await callJson(url.href, { method, headers, ...(body !== undefined && { body }) }, context, token);
  return answer.lost ? { outcome: "lost", message: answer.message, denied: answer.denied } : answerOf(answer);
}

function answerOf({ status, headers, body }: Extract<JsonAnswer, { lost: false }>): GraphAnswer {
  const error = errorOf(body);
  if (status >= 200 && status < 300 && error === null) return { outcome: "ok", body: isRecord(body) ? body : {} };
  return { outcome: "refused", status, error, ...usageWait(headers), ...retryAfterOf(headers) };
}

function errorOf(body: unknown): GraphError | null {
  const error = isRecord(body) ? body["error"] : undefined;
  if (!isRecord(error)) return null;
  const { code, error_subcode: subcode, message, error_data: data, is_transient: transient } = error;
  const words = [textOf(message), textOf(fieldsOf(data)["details"])];
  return {
    code: typeof code === "number" ? code : 0,
    subcode: typeof subcode === "number" ? subcode : 0,
    message: words
      .filter((part) => part !== undefined)
      .join(" — ")
      .slice(0, 500),
    transient: transient === true,
  };
}

/** In its header of usage Meta says in minutes when to come back. */
function usageWait(headers: Headers): { retryAfterMs?: number } {
  const minutes = Object.values(fieldsOf(jsonOf(headers.get("x-business-use-case-usage") ?? "")))
    .flatMap(recordsOf)
    .map((entry) => entry["estimated_time_to_regain_access"])
    .filter((value) => typeof value === "number");
  const longest = Math.max(0, ...minutes);
  return longest > 0 ? { retryAfterMs: Math.min(longest * 60_000, MAX_RETRY_AFTER_MS) } : {};
}

function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
