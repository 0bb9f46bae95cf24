import { AppError } from "@charla/domain/errors";
import type { WebhookRequest } from "../contract.ts";
import { isRecord, parseJsonBody } from "../json-body.ts";

// A byte-order mark is part of what was signed.
const decoder = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });

/** The parameters of a form body, or null where the bytes are not UTF-8. */
export function formOf(rawBody: Uint8Array): URLSearchParams | null {
  try {
    return new URLSearchParams(decoder.decode(rawBody));
  } catch {
    return null;
  }
}

export const queryParamsOf = (url: string): URLSearchParams => {
  const start = url.indexOf("?");
  return new URLSearchParams(start === -1 ? "" : url.slice(start));
};

/** Only what the signature covers is read: of a GET the address, of everything else the body. */
export function fieldsOf({ method, publicUrl, headers, rawBody }: WebhookRequest): URLSearchParams {
  if (method === "GET") return queryParamsOf(publicUrl);
  if (headers.get("content-type")?.toLowerCase().startsWith("application/json")) return flat(parseJsonBody(rawBody));
  const form = formOf(rawBody);
  if (form === null) throw malformed("the body is not UTF-8");
  return form;
}

function flat(body: unknown): URLSearchParams {
  if (!isRecord(body)) throw malformed("the body is not an object");
  const fields = new URLSearchParams();
  for (const [name, value] of Object.entries(body))
    if (typeof value === "string" || typeof value === "number" || typeof value === "boolean")
      fields.append(name, String(value));
  return fields;
}

function malformed(message: string): AppError {
  return new AppError("BAD_REQUEST", message, { publicMessage: message });
}
