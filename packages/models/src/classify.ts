import {
  APICallError,
  EmptyResponseBodyError,
  InvalidResponseDataError,
  JSONParseError,
  TypeValidationError,
} from "@ai-sdk/provider";
import { isAppError } from "@charla/domain/errors";
import { ModelError, type ModelErrorClass } from "./contract.ts";
import { retryAfterMs, retryDelayMs } from "./retry-after.ts";
import { classOfStatus } from "./status-class.ts";

const MAX_MESSAGE = 500;

/** Whatever a provider throws, as an error that says what to do next. The vendor's object is dropped: it carries the prompt. */
export function classify(error: unknown): ModelError {
  if (error instanceof ModelError) return error;
  if (isAppError(error, "EGRESS_DENIED"))
    return new ModelError("invalid", "The address of the model server may not be used");
  // Our own failures below the SDK come back wrapped.
  if (APICallError.isInstance(error)) return error.cause instanceof ModelError ? error.cause : ofApiError(error);
  if (TypeValidationError.isInstance(error) || JSONParseError.isInstance(error))
    return new ModelError("garbage", "The answer is not what the protocol allows");
  if (InvalidResponseDataError.isInstance(error) || EmptyResponseBodyError.isInstance(error))
    return new ModelError("garbage", cut(error.message));
  const message = textOf(error);
  const kind = classOfCode(message) ?? classOfWords(message) ?? "transient";
  return new ModelError(kind, cut(message));
}

function ofApiError(error: APICallError): ModelError {
  const { statusCode: status, responseHeaders } = error;
  const message = cut(error.message);
  const kind =
    classOfCode(error.message) ??
    (status === undefined ? undefined : classOfStatus(status, `${error.message} ${error.responseBody ?? ""}`));
  return new ModelError(kind ?? classOfWords(message) ?? "transient", message, {
    status,
    retryAfterMs: retryAfterMs(responseHeaders ?? {}, Date.now()) ?? retryDelayMs(error.responseBody ?? ""),
  });
}

/** Workers AI puts its own code in front of the text; several have no HTTP status in the SDK. */
const CODES: Record<string, ModelErrorClass> = {
  3007: "timeout",
  3008: "timeout",
  3040: "throttle",
  // The daily free allocation or the account's limit is used up.
  3036: "auth",
  4006: "auth",
  5016: "auth",
  5018: "auth",
  5035: "auth",
  3023: "auth",
  3041: "auth",
  3003: "invalid",
  3006: "invalid",
  3039: "invalid",
  3042: "invalid",
  5004: "invalid",
  5005: "invalid",
  5006: "invalid",
  5007: "invalid",
  5019: "invalid",
  5021: "invalid",
};

function classOfCode(message: string): ModelErrorClass | undefined {
  const code = /^(?:\w*Error: )?(?:InferenceUpstreamError: |AiError: )?(\d{4}): /.exec(message)?.[1];
  return code === undefined ? undefined : CODES[code];
}

function classOfWords(message: string): ModelErrorClass | undefined {
  if (/rate.?limit|too many requests|capacity|overloaded/i.test(message)) return "throttle";
  if (/no such model|model.{0,40}not (found|exist)|context.{0,20}(length|window)/i.test(message)) return "invalid";
  return undefined;
}

function textOf(error: unknown): string {
  if (error instanceof Error) return error.message;
  if (typeof error === "object" && error !== null && "message" in error && typeof error.message === "string")
    return error.message;
  return String(error);
}

const cut = (message: string): string => (message.length > MAX_MESSAGE ? `${message.slice(0, MAX_MESSAGE)}…` : message);
