import type { Shed } from "@charla/domain/admission";
import type { ErrorCode } from "@charla/domain/errors";

const JSON_TYPE = "application/json";
const PROBLEM_TYPE = "application/problem+json";

type Refusal = { status: number; code: ErrorCode; title: string; retryAfter?: number; allow?: string };

/** Constant answers: nothing in them tells an unknown account from a disabled one, or why a signature failed. */
export const refusals = {
  notFound: { status: 404, code: "NOT_FOUND", title: "Not found" },
  methodNotAllowed: { status: 405, code: "METHOD_NOT_ALLOWED", title: "Method not allowed", allow: "POST" },
  tooSlow: { status: 408, code: "REQUEST_TIMEOUT", title: "Request timeout" },
  incomplete: { status: 400, code: "BAD_REQUEST", title: "Bad request" },
  tooLarge: { status: 413, code: "PAYLOAD_TOO_LARGE", title: "Payload too large" },
  wrongType: { status: 415, code: "UNSUPPORTED_MEDIA_TYPE", title: "Unsupported media type" },
  unauthenticated: { status: 401, code: "UNAUTHENTICATED", title: "Unauthenticated" },
  forbidden: { status: 403, code: "FORBIDDEN", title: "Forbidden" },
  rateLimited: { status: 429, code: "RATE_LIMITED", title: "Too many requests" },
  overloaded: { status: 503, code: "OVERLOADED", title: "Overloaded" },
  unavailable: { status: 503, code: "UNAVAILABLE", title: "Unavailable", retryAfter: 5 },
  internal: { status: 500, code: "INTERNAL", title: "Internal error" },
} satisfies Record<string, Refusal>;

const TRACKING_HEADER = "x-tracking-id";

export function refuse(refusal: Refusal, trackingId: string, detail?: string): Response {
  const { status, code, title, retryAfter, allow } = refusal;
  const headers: Record<string, string> = {
    "content-type": PROBLEM_TYPE,
    "cache-control": "no-store",
    [TRACKING_HEADER]: trackingId,
  };
  if (retryAfter !== undefined) headers["retry-after"] = String(retryAfter);
  if (allow !== undefined) headers["allow"] = allow;
  const problem = { type: "about:blank", title, status, code, ...(detail !== undefined && { detail }) };
  return new Response(JSON.stringify(problem), { status, headers });
}

/** Nothing of the request was kept; the time to come again is the time until there is room, in whole seconds. */
export function shed({ reason, retryAfterMs }: Shed, trackingId: string): Response {
  const refusal = reason === "all_busy" ? refusals.overloaded : refusals.rateLimited;
  return refuse({ ...refusal, retryAfter: Math.max(1, Math.ceil(retryAfterMs / 1000)) }, trackingId);
}

export function badRequest(trackingId: string, detail: string | undefined): Response {
  return refuse({ status: 400, code: "BAD_REQUEST", title: "Bad request" }, trackingId, detail);
}

export type Receipt = { accepted: number; duplicates: number; rejected: { index: number; reason: string }[] };

export function receipt({ accepted, duplicates, rejected }: Receipt, trackingId: string): Response {
  const list = rejected.length === 0 ? "[]" : JSON.stringify(rejected.map(({ index, reason }) => ({ index, reason })));
  return new Response(`{"accepted":${accepted},"duplicates":${duplicates},"rejected":${list}}`, {
    headers: { "content-type": JSON_TYPE, [TRACKING_HEADER]: trackingId },
  });
}
