import { isAppError, messageOf } from "@charla/domain/errors";

/** One call of a vendor's JSON API as it ended: with an answer, readable or not, or without one. */
export type JsonAnswer =
  | { lost: false; status: number; headers: Headers; body: unknown }
  | { lost: true; message: string; denied: boolean };

export type CallContext = { fetch: typeof fetch; signal: AbortSignal };

const MAX_ANSWER_BYTES = 262_144;
const MAX_RETRY_AFTER_MS = 24 * 3_600_000;

/** Never throws and follows no redirect. `secret` is what must not be read in any message, wherever it came from. */
export async function callJson(
  url: string,
  init: { method?: string; headers?: Record<string, string>; body?: string | FormData },
  { fetch, signal }: CallContext,
  secret: string,
  maxBytes: number = MAX_ANSWER_BYTES,
): Promise<JsonAnswer> {
  try {
    const response = await fetch(url, { method: "POST", ...init, redirect: "manual", signal });
    return { lost: false, status: response.status, headers: response.headers, body: await jsonOf(response, maxBytes) };
  } catch (error) {
    const message = signal.aborted ? "no answer in time" : withoutSecret(messageOf(error), secret).slice(0, 300);
    return { lost: true, message, denied: isAppError(error, "EGRESS_DENIED") };
  }
}

/** As it is and as an address writes it. */
export function withoutSecret(text: string, secret: string): string {
  return secret === "" ? text : text.replaceAll(secret, "…").replaceAll(encodeURIComponent(secret), "…");
}

/** The header in seconds; a date is not used by any vendor here. */
export function retryAfterOf(headers: Headers): { retryAfterMs?: number } {
  const header = headers.get("retry-after");
  return header !== null && /^\d{1,9}$/.test(header) ? waitOf(Number(header)) : {};
}

export const waitOf = (seconds: number): { retryAfterMs: number } => ({
  retryAfterMs: Math.min(Math.max(seconds, 0) * 1000, MAX_RETRY_AFTER_MS),
});

/** `undefined` for what is no JSON and for what is longer than any answer should be. */
async function jsonOf(response: Response, maxBytes: number): Promise<unknown> {
  if (response.body === null) return undefined;
  const decoder = new TextDecoder();
  let text = "";
  let size = 0;
  for await (const chunk of response.body) {
    size += chunk.length;
    if (size > maxBytes) return undefined;
    text += decoder.decode(chunk, { stream: true });
  }
  try {
    return JSON.parse(text + decoder.decode());
  } catch {
    return undefined;
  }
}
