/** Closed set of error codes. `who` must act on it: the caller, an operator, or nobody but time. */
export const ERROR_CODES = {
  BAD_REQUEST: "caller",
  UNAUTHENTICATED: "caller",
  FORBIDDEN: "caller",
  NOT_FOUND: "caller",
  GONE: "caller",
  METHOD_NOT_ALLOWED: "caller",
  REQUEST_TIMEOUT: "caller",
  CONFLICT: "caller",
  PRECONDITION_FAILED: "caller",
  PAYLOAD_TOO_LARGE: "caller",
  UNSUPPORTED_MEDIA_TYPE: "caller",
  UNPROCESSABLE: "caller",
  IDEMPOTENCY_MISMATCH: "caller",
  RATE_LIMITED: "time",
  LIMIT_EXCEEDED: "caller",
  BUDGET_EXHAUSTED: "caller",
  TENANT_SUSPENDED: "operator",
  POOL_EXHAUSTED: "operator",
  OVERLOADED: "time",
  UNAVAILABLE: "time",
  EGRESS_DENIED: "caller",
  UPSTREAM_FAILED: "time",
  INTERNAL: "operator",
} as const;

export type ErrorCode = keyof typeof ERROR_CODES;

/** A text alone is English and for programs; what a person of the business reads is there in both languages. */
export type PublicText = string | { es: string; en: string };

export const textIn = (text: PublicText, language: "es" | "en"): string =>
  typeof text === "string" ? text : text[language];

export type FieldError = { path: string; message: PublicText };

export type ErrorDetails = {
  /** Text that may be shown to the caller. The error's own `message` is for logs only. */
  publicMessage?: PublicText;
  retryAfterMs?: number;
  fields?: FieldError[];
};

/** The one error that crosses Worker borders: own fields survive RPC, the class does not, so test with {@link isAppError}. */
export class AppError extends Error {
  readonly code: ErrorCode;
  readonly details: ErrorDetails;
  constructor(code: ErrorCode, message: string, details: ErrorDetails = {}) {
    super(message);
    this.name = "AppError";
    this.code = code;
    this.details = details;
  }
}

export function isAppError(error: unknown, code?: ErrorCode): error is AppError {
  if (typeof error !== "object" || error === null || !("code" in error)) return false;
  if (typeof error.code !== "string" || !Object.hasOwn(ERROR_CODES, error.code)) return false;
  return code === undefined || error.code === code;
}

export function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
