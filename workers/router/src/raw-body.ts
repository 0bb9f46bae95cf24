import type { Readers } from "./readers.ts";

/** A sender that trickles its body must not hold memory for ever; a large one takes its time on any line. */
const READ_MS = 5_000;
const BYTES_PER_MS = 1_000;

export type Unread = "tooLarge" | "tooSlow" | "incomplete";

/** The body as bytes, or why there is none: too long as soon as that is seen, whether or not the sender said so in advance. */
export async function readBody(
  request: Request,
  maxBytes: number,
  accountId: string,
  readers: Readers,
): Promise<Uint8Array | Unread> {
  const declared = request.headers.get("content-length");
  if (declared !== null && Number(declared) > maxBytes) return "tooLarge";
  if (request.body === null) return new Uint8Array(0);
  const size = declared === null ? maxBytes : Number(declared);
  const reading = declared === null ? readCapped(request.body, maxBytes) : readDeclared(request, maxBytes);
  // A connection that breaks in between is nobody's fault here.
  const whole = reading.catch(() => "incomplete" as const);
  const read = await readers.hold(accountId, size, READ_MS + size / BYTES_PER_MS, whole);
  return read === "late" ? "tooSlow" : read;
}

async function readDeclared(request: Request, maxBytes: number): Promise<Uint8Array | "tooLarge"> {
  const bytes = new Uint8Array(await request.arrayBuffer());
  return bytes.length > maxBytes ? "tooLarge" : bytes;
}

async function readCapped(body: ReadableStream<Uint8Array>, maxBytes: number): Promise<Uint8Array | "tooLarge"> {
  const reader = body.getReader();
  const chunks: Uint8Array[] = [];
  let size = 0;
  for (;;) {
    const { done, value } = await reader.read();
    if (done) break;
    size += value.length;
    if (size > maxBytes) {
      // Not awaited: a sender that never stops sending would hold the answer back.
      reader.cancel().catch(() => undefined);
      return "tooLarge";
    }
    chunks.push(value);
  }
  const bytes = new Uint8Array(size);
  let at = 0;
  for (const chunk of chunks) {
    bytes.set(chunk, at);
    at += chunk.length;
  }
  return bytes;
}
