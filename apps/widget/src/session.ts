import type { Options } from "./options.ts";
import type { StopReason } from "./state.ts";
import type { ChatStorage, Look, StoredSession } from "./storage.ts";

/** A token this close to its end is renewed before it is used. */
const RENEW_BEFORE_MS = 10 * 60_000;
const TIMEOUT_MS = 15_000;

export type SessionResult =
  | { ok: true; session: StoredSession; agentName: string | null; demo: boolean; fresh: boolean }
  | { ok: false; stop: StopReason | null; retryAfterMs: number };

type Answer = { token?: unknown; expiresAt?: unknown; agent?: { name?: unknown }; demo?: unknown } & Partial<
  Record<keyof Look, unknown>
>;

function instantOf(value: unknown): number {
  const at = typeof value === "number" ? value : Date.parse(String(value));
  return Number.isFinite(at) ? at : Date.now() + 60 * 60_000;
}

export const isFresh = (session: StoredSession | undefined, now: number): session is StoredSession =>
  session !== undefined && session.expiresAt - now > RENEW_BEFORE_MS;

const textOf = (value: unknown): string | undefined => (typeof value === "string" && value !== "" ? value : undefined);

async function ask(options: Options, token: string | undefined): Promise<Response> {
  return fetch(`${options.base}session`, {
    method: "POST",
    credentials: "omit",
    headers: {
      "content-type": "application/json",
      ...(token === undefined ? {} : { authorization: `Bearer ${token}` }),
    },
    body: JSON.stringify({ locale: options.lang, identity: options.identity, userId: options.userId }),
    signal: AbortSignal.timeout(TIMEOUT_MS),
  });
}

function refusal(response: Response): SessionResult {
  const seconds = Number(response.headers.get("retry-after"));
  const stops: Record<number, StopReason> = { 401: "identity", 403: "forbidden", 404: "missing", 410: "gone" };
  return {
    ok: false,
    stop: stops[response.status] ?? null,
    retryAfterMs: Number.isFinite(seconds) ? seconds * 1000 : 0,
  };
}

/** Gets a visitor token, or renews the one there is by presenting it. A refused old token is replaced by a new visitor's. */
export async function openSession(options: Options, storage: ChatStorage): Promise<SessionResult> {
  const old = storage.read().session;
  try {
    let response = await ask(options, old?.token);
    let fresh = old === undefined;
    if (response.status === 401 && old !== undefined) {
      storage.forgetVisitor();
      fresh = true;
      response = await ask(options, undefined);
    }
    if (!response.ok) return refusal(response);
    const answer: Answer = await response.json();
    if (typeof answer.token !== "string") return { ok: false, stop: null, retryAfterMs: 0 };
    const look: Look = { title: textOf(answer.title), color: textOf(answer.color), greeting: textOf(answer.greeting) };
    const session = { token: answer.token, expiresAt: instantOf(answer.expiresAt), look };
    storage.saveSession(session);
    const agentName = typeof answer.agent?.name === "string" ? answer.agent.name : null;
    return { ok: true, session, agentName, demo: answer.demo === true, fresh };
  } catch {
    return { ok: false, stop: null, retryAfterMs: 0 };
  }
}
