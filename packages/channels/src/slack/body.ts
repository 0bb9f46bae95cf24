import { AppError } from "@charla/domain/errors";
import type { WebhookRequest } from "../contract.ts";
import { isRecord, parseJsonBody } from "../json-body.ts";
import type { Fields } from "../meta/json.ts";

/** Slack posts events as JSON, what people press as JSON inside a form, and commands as a form. */
export type SlackBody = { kind: "event" | "interaction" | "command"; fields: Fields };

const decoder = new TextDecoder("utf-8", { fatal: true, ignoreBOM: false });
const encoder = new TextEncoder();

export function readSlackBody({ headers, rawBody }: Pick<WebhookRequest, "headers" | "rawBody">): SlackBody {
  if (headers.get("content-type")?.toLowerCase().startsWith("application/x-www-form-urlencoded") !== true) {
    return { kind: "event", fields: objectOf(parseJsonBody(rawBody)) };
  }
  const form = new URLSearchParams(textOf(rawBody));
  const payload = form.get("payload");
  if (payload === null) return { kind: "command", fields: Object.fromEntries(form) };
  return { kind: "interaction", fields: objectOf(parseJsonBody(encoder.encode(payload))) };
}

/** The address is confirmed by sending back what was sent; the request is signed as every other. */
export function challengeOf({ headers, rawBody }: Pick<WebhookRequest, "headers" | "rawBody">): string | null {
  if (headers.get("content-type")?.toLowerCase().startsWith("application/json") !== true) return null;
  try {
    const { fields } = readSlackBody({ headers, rawBody });
    const challenge = fields["type"] === "url_verification" ? fields["challenge"] : null;
    return typeof challenge === "string" && challenge.length <= 1024 ? challenge : null;
  } catch {
    return null;
  }
}

function objectOf(value: unknown): Fields {
  if (!isRecord(value)) throw malformed("the body is no request of Slack's");
  return value;
}

function textOf(bytes: Uint8Array): string {
  try {
    return decoder.decode(bytes);
  } catch {
    throw malformed("the body is not UTF-8");
  }
}

function malformed(message: string): AppError {
  return new AppError("BAD_REQUEST", message, { publicMessage: message });
}
