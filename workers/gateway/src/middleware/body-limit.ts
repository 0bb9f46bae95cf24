import { AppError } from "@charla/domain/errors";

export const MAX_ADMIN_BODY = 1024 * 1024;
export const MAX_JSON_DEPTH = 64;
/** A sender that trickles its body must not hold a place for ever. */
export const READ_MS = 10_000;

/** Reads a body while counting, so that one without a length, or with a false one, is cut off at the limit. */
export async function readCapped(request: Request, limit: number): Promise<Uint8Array> {
  const declared = Number(request.headers.get("content-length") ?? "0");
  if (declared > limit) throw tooLarge(limit);
  if (request.body === null) return new Uint8Array();
  const reader = request.body.getReader();
  let late = false;
  // Cancelling ends the read that waits, wherever it is.
  const timer = setTimeout(() => {
    late = true;
    reader.cancel().catch(() => undefined);
  }, READ_MS);
  try {
    const bytes = await readAll(reader, limit);
    if (late) throw tooSlow();
    return bytes;
  } finally {
    clearTimeout(timer);
  }
}

async function readAll(reader: ReadableStreamDefaultReader<Uint8Array>, limit: number): Promise<Uint8Array> {
  const chunks: Uint8Array[] = [];
  let size = 0;
  for (let part = await reader.read(); !part.done; part = await reader.read()) {
    const chunk: Uint8Array = part.value;
    size += chunk.byteLength;
    if (size > limit) {
      await reader.cancel().catch(() => undefined);
      throw tooLarge(limit);
    }
    chunks.push(chunk);
  }
  const [only] = chunks;
  if (chunks.length === 1 && only !== undefined) return only;
  const whole = new Uint8Array(size);
  let offset = 0;
  for (const chunk of chunks) {
    whole.set(chunk, offset);
    offset += chunk.byteLength;
  }
  return whole;
}

const tooSlow = (): AppError =>
  new AppError("REQUEST_TIMEOUT", "body trickled in", {
    publicMessage: {
      es: `El contenido no llegó en ${READ_MS / 1000} segundos`,
      en: `The body did not arrive within ${READ_MS / 1000} seconds`,
    },
  });

export const tooLarge = (limit: number): AppError =>
  new AppError("PAYLOAD_TOO_LARGE", "body over the limit", {
    publicMessage: { es: `Como mucho ${limit} bytes`, en: `At most ${limit} bytes` },
  });

/** Nesting depth of JSON text, found without parsing it; brackets inside strings do not count. */
export function jsonDepth(text: string): number {
  let depth = 0;
  let deepest = 0;
  let inString = false;
  for (let i = 0; i < text.length; i++) {
    const code = text.charCodeAt(i);
    if (inString) {
      if (code === 0x5c) i++;
      else if (code === 0x22) inString = false;
    } else if (code === 0x22) inString = true;
    else if (code === 0x7b || code === 0x5b) deepest = Math.max(deepest, ++depth);
    else if (code === 0x7d || code === 0x5d) depth--;
  }
  return deepest;
}

const JSON_TYPE = /^application\/(?:[\w.+-]+\+)?json(?:\s*;|$)/i;

function parseJson(bytes: Uint8Array): unknown {
  let text: string;
  try {
    text = new TextDecoder("utf-8", { fatal: true, ignoreBOM: false }).decode(bytes);
  } catch {
    throw new AppError("BAD_REQUEST", "body is not UTF-8", { publicMessage: "The body is not valid UTF-8" });
  }
  if (jsonDepth(text) > MAX_JSON_DEPTH) {
    throw new AppError("BAD_REQUEST", "body nested too deeply", {
      publicMessage: `JSON may be nested at most ${MAX_JSON_DEPTH} levels deep`,
    });
  }
  try {
    return JSON.parse(text);
  } catch {
    throw new AppError("BAD_REQUEST", "body is not JSON", { publicMessage: "The body is not valid JSON" });
  }
}

/** The JSON value of a request, or `undefined` when it has no body; refuses what no schema should ever see. */
export async function readJson(
  request: Request,
  limit: number = MAX_ADMIN_BODY,
): Promise<{ bytes: Uint8Array; value: unknown }> {
  const bytes = await readCapped(request, limit);
  if (bytes.byteLength === 0) return { bytes, value: undefined };
  if (request.headers.has("content-encoding") || !JSON_TYPE.test(request.headers.get("content-type") ?? "")) {
    throw new AppError("UNSUPPORTED_MEDIA_TYPE", "body is not application/json", {
      publicMessage: "Send application/json without content encoding",
    });
  }
  return { bytes, value: parseJson(bytes) };
}
