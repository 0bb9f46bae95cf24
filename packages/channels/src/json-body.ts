import { AppError } from "@charla/domain/errors";

/** Deeper values survive JSON.parse but not the structured clone of a call to an object. */
export const MAX_JSON_DEPTH = 64;

const decoder = new TextDecoder("utf-8", { fatal: true, ignoreBOM: false });

const QUOTE = 0x22;
const BACKSLASH = 0x5c;
const OPEN_BRACE = 0x7b;
const CLOSE_BRACE = 0x7d;
const OPEN_BRACKET = 0x5b;
const CLOSE_BRACKET = 0x5d;

/** Whether the brackets nest deeper than the limit, read off the bytes, so that no depth can exhaust the stack. */
export function nestsTooDeep(bytes: Uint8Array, limit: number = MAX_JSON_DEPTH): boolean {
  let depth = 0;
  let inString = false;
  for (let i = 0; i < bytes.length; i++) {
    const byte = bytes[i];
    if (inString) {
      if (byte === BACKSLASH) i++;
      else if (byte === QUOTE) inString = false;
    } else if (byte === QUOTE) inString = true;
    else if (byte === OPEN_BRACE || byte === OPEN_BRACKET) {
      if (++depth > limit) return true;
    } else if (byte === CLOSE_BRACE || byte === CLOSE_BRACKET) depth--;
  }
  return false;
}

/** JSON of a webhook body: UTF-8 (a byte-order mark is skipped), of bounded depth; everything else is BAD_REQUEST. */
export function parseJsonBody(bytes: Uint8Array): unknown {
  if (nestsTooDeep(bytes)) throw malformed(`the JSON nests deeper than ${MAX_JSON_DEPTH}`);
  let text: string;
  try {
    text = decoder.decode(bytes);
  } catch {
    throw malformed("the body is not UTF-8");
  }
  try {
    return JSON.parse(text);
  } catch {
    throw malformed("the body is not JSON");
  }
}

function malformed(message: string): AppError {
  return new AppError("BAD_REQUEST", message, { publicMessage: message });
}

export function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
