import { ascii, concat } from "./bytes.ts";

const CELLS = 8;
const SCALE = 32;
const SIDE = CELLS * SCALE;

const u32 = (value: number): Uint8Array =>
  Uint8Array.of((value >>> 24) & 255, (value >>> 16) & 255, (value >>> 8) & 255, value & 255);

function crc32(bytes: Uint8Array): number {
  let crc = 0xffffffff;
  for (const byte of bytes) {
    crc ^= byte;
    for (let bit = 0; bit < 8; bit++) crc = (crc >>> 1) ^ (crc & 1 ? 0xedb88320 : 0);
  }
  return (crc ^ 0xffffffff) >>> 0;
}

function chunk(type: string, body: Uint8Array): Uint8Array {
  const typed = concat(ascii(type), body);
  return concat(u32(body.length), typed, u32(crc32(typed)));
}

/** A generator of bits that depends on the prompt alone. */
function bitsOf(prompt: string): () => number {
  let state = 0x9e3779b9;
  for (const char of prompt) state = Math.imul(state ^ (char.codePointAt(0) ?? 0), 0x85ebca6b) >>> 0;
  return () => {
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    return state >>> 0;
  };
}

async function deflate(bytes: Uint8Array<ArrayBuffer>): Promise<Uint8Array> {
  const compressed = new Blob([bytes]).stream().pipeThrough(new CompressionStream("deflate"));
  return new Uint8Array(await new Response(compressed).arrayBuffer());
}

/** A real 256 × 256 picture: a mirrored pattern in two colours, the same for the same prompt. */
export async function drawPattern(prompt: string): Promise<Uint8Array> {
  const next = bitsOf(prompt);
  const cells = Array.from({ length: CELLS }, () => Array.from({ length: CELLS / 2 }, () => next() & 1));
  const row = 1 + SIDE / 8;
  const pixels = new Uint8Array(row * SIDE);
  for (let y = 0; y < SIDE; y++) {
    for (let x = 0; x < SIDE; x++) {
      const column = Math.floor(x / SCALE);
      const on = cells[Math.floor(y / SCALE)]?.[column < CELLS / 2 ? column : CELLS - 1 - column] ?? 0;
      const at = y * row + 1 + (x >> 3);
      if (on) pixels[at] = (pixels[at] ?? 0) | (0x80 >> (x & 7));
    }
  }
  const header = concat(u32(SIDE), u32(SIDE), Uint8Array.of(1, 3, 0, 0, 0));
  const palette = Uint8Array.of(245, 243, 238, next() & 0x9f, next() & 0x9f, 0x60 + (next() & 0x7f));
  const signature = Uint8Array.of(0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a);
  return concat(
    signature,
    chunk("IHDR", header),
    chunk("PLTE", palette),
    chunk("IDAT", await deflate(pixels)),
    chunk("IEND", new Uint8Array()),
  );
}
