import { within } from "./deadline.ts";

/** A sender that trickles its body must not hold memory for ever. */
const READ_MS = 10_000;
/** Up to here a slow sender holds next to nothing while there is room, and a timer would cost more than the reading. */
const SMALL_BYTES = 65_536;

/** The body as bytes, or `null` as soon as it is longer than allowed, whether or not the sender said so in advance. */
export async function readBody(
  request: Request,
  maxBytes: number,
  { crowded }: { crowded: boolean },
): Promise<Uint8Array | null> {
  const declared = request.headers.get("content-length");
  if (declared !== null && Number(declared) > maxBytes) return null;
  if (request.body === null) return new Uint8Array(0);
  if (declared === null) return await within(readCapped(request.body, maxBytes), READ_MS, "reading the body");
  const read = request.arrayBuffer();
  const atEase = Number(declared) <= SMALL_BYTES && !crowded;
  const bytes = new Uint8Array(await (atEase ? read : within(read, READ_MS, "reading the body")));
  return bytes.length > maxBytes ? null : bytes;
}

async function readCapped(body: ReadableStream<Uint8Array>, maxBytes: number): Promise<Uint8Array | null> {
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
      return null;
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
