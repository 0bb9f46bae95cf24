import type { Shed } from "@charla/domain/admission";
import type { ErrorCode } from "@charla/domain/errors";

const JSON_TYPE = "application/json";
const PROBLEM_TYPE = "application/problem+json";

type Refusal = { status: number; code: ErrorCode; retryAfter?: number; allow?: string };

/**
 * Constant answers: nothing in them tells an unknown account from a disabled one, or why a signature failed. The gateway
 * writes them out as it does its own.
 */
export const refusals = {
  notFound: { status: 404, code: "NOT_FOUND" },
  methodNotAllowed: { status: 405, code: "METHOD_NOT_ALLOWED", allow: "POST" },
  tooSlow: { status: 408, code: "REQUEST_TIMEOUT" },
  badRequest: { status: 400, code: "BAD_REQUEST" },
  incomplete: { status: 400, code: "BAD_REQUEST" },
  tooLarge: { status: 413, code: "PAYLOAD_TOO_LARGE" },
  wrongType: { status: 415, code: "UNSUPPORTED_MEDIA_TYPE" },
  unauthenticated: { status: 401, code: "UNAUTHENTICATED" },
  forbidden: { status: 403, code: "FORBIDDEN" },
  rateLimited: { status: 429, code: "RATE_LIMITED" },
  overloaded: { status: 503, code: "OVERLOADED" },
  unavailable: { status: 503, code: "UNAVAILABLE", retryAfter: 5 },
  internal: { status: 500, code: "INTERNAL" },
} satisfies Record<string, Refusal>;

const TRACKING_HEADER = "x-tracking-id";

export function refuse(refusal: Refusal, trackingId: string, detail?: string): Response {
  const { status, code, retryAfter, allow } = refusal;
  const headers: Record<string, string> = {
    "content-type": PROBLEM_TYPE,
    "cache-control": "no-store",
    [TRACKING_HEADER]: trackingId,
  };
  if (retryAfter !== undefined) headers["retry-after"] = String(retryAfter);
  if (allow !== undefined) headers["allow"] = allow;
  return new Response(JSON.stringify({ code, ...(detail !== undefined && { detail }) }), { status, headers });
}

/** Nothing of the request was kept; the time to come again is the time until there is room, in whole seconds. */
export function shed({ reason, retryAfterMs }: Shed, trackingId: string): Response {
  const refusal = reason === "all_busy" ? refusals.overloaded : refusals.rateLimited;
  return refuse({ ...refusal, retryAfter: Math.max(1, Math.ceil(retryAfterMs / 1000)) }, trackingId);
}

export type Receipt = { accepted: number; duplicates: number; rejected: { index: number; reason: string }[] };

export function receipt({ accepted, duplicates, rejected }: Receipt, trackingId: string): Response {
  const list = rejected.length === 0 ? "[]" : JSON.stringify(rejected.map(({ index, reason }) => ({ index, reason })));
  return new Response(`{"accepted":${accepted},"duplicates":${duplicates},"rejected":${list}}`, {
    headers: { "content-type": JSON_TYPE, [TRACKING_HEADER]: trackingId },
  });
}
