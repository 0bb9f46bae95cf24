import { egressRefusal, hostAllowed, type EgressPolicy } from "@charla/domain/egress-policy";
import { readBounded } from "./bounded-body.ts";
import { ToolFailure, type EgressInit, type EgressResponse } from "./contract.ts";

export type EgressPorts = { fetch: typeof fetch; policy: EgressPolicy; signal: AbortSignal };

/** The request may have been written when this happened; what that means depends on the effect of the tool. */
export class EgressInterrupted extends Error {}

const MAX_HOPS = 3;
const REDIRECTS = new Set([301, 302, 303, 307, 308]);

/** The only way out of a tool. Every hop is judged as if it were the first. */
export async function guardedFetch(address: string, init: EgressInit, ports: EgressPorts): Promise<EgressResponse> {
  let url = parse(address);
  let headers = init.headers ?? {};
  for (let hop = 0; ; hop++) {
    permit(url, init.allowHosts, ports.policy);
    const response = await request(url, init, headers, ports);
    const next = redirectOf(response, init, url);
    if (next === null) return answer(response, init.maxBytes, ports);
    await response.body?.cancel();
    if (hop === MAX_HOPS) throw new ToolFailure("EGRESS_DENIED", "Too many redirects");
    if (url.protocol === "https:" && next.protocol !== "https:")
      throw new ToolFailure("EGRESS_DENIED", "A redirect leads out of https");
    if (next.origin !== url.origin) {
      if (init.method !== "GET") throw new ToolFailure("EGRESS_DENIED", "A redirect would send data to another server");
      // Whatever they are, they were meant for the first server.
      headers = { accept: "application/json" };
    }
    url = next;
  }
}

function parse(address: string): URL {
  const url = URL.parse(address);
  if (url === null) throw new ToolFailure("EGRESS_DENIED", "This is no valid address");
  return url;
}

function permit(url: URL, allowHosts: readonly string[], policy: EgressPolicy): void {
  const refusal = egressRefusal(url, policy);
  // The reason would tell a model which internal names exist.
  if (refusal !== null) throw new ToolFailure("EGRESS_DENIED", "This address may not be used");
  if (!hostAllowed(url.hostname, allowHosts))
    throw new ToolFailure("EGRESS_DENIED", "This server is not among the allowed ones");
}

async function request(
  url: URL,
  init: EgressInit,
  headers: Record<string, string>,
  { fetch: go, signal }: EgressPorts,
): Promise<Response> {
  try {
    return await go(url.href, { method: init.method, headers, body: init.body, redirect: "manual", signal });
  } catch (error) {
    if (signal.aborted) throw new EgressInterrupted("The server did not answer in time");
    if (neverConnected(error)) throw new ToolFailure("UNREACHABLE", "The server cannot be reached", true);
    throw new EgressInterrupted("The connection was lost");
  }
}

/** Only words that cannot come from a connection that was already open; workerd has none, there all count as lost. */
function neverConnected(error: unknown): boolean {
  const texts: string[] = [];
  for (let at: unknown = error, depth = 0; at instanceof Error && depth < 4; at = at.cause, depth++)
    texts.push(at.message, "code" in at ? String(at.code) : "");
  return /ECONNREFUSED|ENOTFOUND|EAI_AGAIN|connection refused|DNS lookup failed|getaddrinfo|network is unreachable/i.test(
    texts.join(" "),
  );
}

/** Only a GET, or a request the server explicitly asks to repeat in the same place, goes on by itself. */
function redirectOf(response: Response, init: EgressInit, from: URL): URL | null {
  if (!REDIRECTS.has(response.status)) return null;
  if (init.method !== "GET" && response.status < 307) return null;
  const location = response.headers.get("location");
  if (location === null) return null;
  const next = URL.parse(location, from.href);
  if (next === null) throw new ToolFailure("EGRESS_DENIED", "A redirect leads nowhere");
  return next;
}

async function answer(response: Response, maxBytes: number, { signal }: EgressPorts): Promise<EgressResponse> {
  try {
    const { text, truncated } = await readBounded(response, maxBytes);
    return { status: response.status, headers: response.headers, text, truncated };
  } catch {
    throw new EgressInterrupted(
      signal.aborted ? "The answer did not arrive in time" : "The connection was lost in the middle of the answer",
    );
  }
}
