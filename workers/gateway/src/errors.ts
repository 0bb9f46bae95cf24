import { ERROR_CODES, isAppError, textIn, type ErrorCode, type ErrorDetails } from "@charla/domain/errors";
import { titles } from "./error-titles.ts";
import type { Language } from "./language.ts";

/** Every code has one status; a code added to the domain does not compile until it has a line here. */
export const statusOf = {
  BAD_REQUEST: 400,
  UNAUTHENTICATED: 401,
  FORBIDDEN: 403,
  NOT_FOUND: 404,
  GONE: 410,
  METHOD_NOT_ALLOWED: 405,
  REQUEST_TIMEOUT: 408,
  CONFLICT: 409,
  PRECONDITION_FAILED: 412,
  PAYLOAD_TOO_LARGE: 413,
  UNSUPPORTED_MEDIA_TYPE: 415,
  UNPROCESSABLE: 422,
  IDEMPOTENCY_MISMATCH: 422,
  RATE_LIMITED: 429,
  LIMIT_EXCEEDED: 403,
  BUDGET_EXHAUSTED: 402,
  TENANT_SUSPENDED: 403,
  POOL_EXHAUSTED: 503,
  OVERLOADED: 503,
  UNAVAILABLE: 503,
  EGRESS_DENIED: 422,
  UPSTREAM_FAILED: 502,
  INTERNAL: 500,
} as const satisfies Record<ErrorCode, number>;

/** RFC 9457, with our code, the request id and the fields that were wrong. */
export type Problem = {
  type: string;
  title: string;
  status: number;
  detail: string;
  code: ErrorCode;
  requestId: string;
  errors: { path: string; message: string }[];
};

export const problemType = (code: ErrorCode): string => `urn:charla:problem:${code.toLowerCase().replaceAll("_", "-")}`;

export const isErrorCode = (code: string): code is ErrorCode => Object.hasOwn(ERROR_CODES, code);

export const errorCodes: ErrorCode[] = Object.keys(ERROR_CODES).filter(isErrorCode);

export function problemOf(code: ErrorCode, details: ErrorDetails, language: Language, requestId: string): Problem {
  const title = titles[code][language];
  return {
    type: problemType(code),
    title,
    status: statusOf[code],
    detail: details.publicMessage === undefined ? title : textIn(details.publicMessage, language),
    code,
    requestId,
    errors: (details.fields ?? []).map(({ path, message }) => ({ path, message: textIn(message, language) })),
  };
}

const retryAfterSeconds = (code: ErrorCode, details: ErrorDetails): number | undefined => {
  if (details.retryAfterMs !== undefined) return Math.max(1, Math.ceil(details.retryAfterMs / 1000));
  return ERROR_CODES[code] === "time" ? 5 : undefined;
};

export function problemResponse(
  code: ErrorCode,
  details: ErrorDetails,
  language: Language,
  requestId: string,
  extra: Record<string, string> = {},
): Response {
  const headers = new Headers({
    "content-type": "application/problem+json",
    "content-language": language,
    "cache-control": "no-store",
    "x-request-id": requestId,
    ...extra,
  });
  if (code === "UNAUTHENTICATED") headers.set("www-authenticate", 'Bearer realm="charla"');
  const wait = retryAfterSeconds(code, details);
  if (wait !== undefined) headers.set("retry-after", String(wait));
  return new Response(JSON.stringify(problemOf(code, details, language, requestId)), {
    status: statusOf[code],
    headers,
  });
}

/** What was thrown, as a code and what may be told; everything we did not foresee is INTERNAL and says nothing. */
export function classify(error: unknown): { code: ErrorCode; details: ErrorDetails } {
  if (!isAppError(error)) return { code: "INTERNAL", details: {} };
  // What does not exist and what is another's must not differ in a single word.
  if (error.code === "NOT_FOUND") return { code: "NOT_FOUND", details: {} };
  // An error that came over RPC may have lost what its type promises.
  const details: unknown = error.details;
  return { code: error.code, details: typeof details === "object" && details !== null ? details : {} };
}
