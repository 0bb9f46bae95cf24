import type { Bytes } from "./bytes.ts";

/**
 * SipHash-2-4 (Aumasson, Bernstein) on 32-bit halves. A blind index hashes every word of every message: WebCrypto's
 * HMAC is a promise per word, many times the cost of this keyed function made for short input.
 */
export type SipKey = readonly [number, number, number, number];

export function sipKeyOf(bytes: Bytes): SipKey {
  const view = new DataView(bytes.buffer, bytes.byteOffset, 16);
  return [view.getUint32(0, true), view.getUint32(4, true), view.getUint32(8, true), view.getUint32(12, true)];
}

const TAIL = 8;

// "somepseudorandomlygeneratedbytes", high halves first.
const INITIAL = [0x736f6d65, 0x70736575, 0x646f7261, 0x6e646f6d, 0x6c796765, 0x6e657261, 0x74656462, 0x79746573];

// The four words of state. One hash is one synchronous call, so all share it.
const v = new Int32Array(8);

/** The 64-bit hash as two unsigned halves, high first. */
export function siphash(key: SipKey, message: Uint8Array): [number, number] {
  v.set(INITIAL);
  for (let i = 0; i < 8; i++) v[i] = (v[i] ?? 0) ^ (key[(i & 2) | (~i & 1)] ?? 0);
  const end = message.length - (message.length % TAIL);
  const at = (index: number): number => message[index] ?? 0;
  const word = (index: number): number =>
    at(index) | (at(index + 1) << 8) | (at(index + 2) << 16) | (at(index + 3) << 24);
  for (let i = 0; i < end; i += TAIL) absorb(word(i + 4), word(i));
  // Bytes past the end read as zero; the length closes the last block.
  absorb((word(end + 4) & 0xffffff) | (message.length << 24), word(end));
  v[5] = (v[5] ?? 0) ^ 0xff;
  for (let i = 0; i < 4; i++) round();
  return [folded(0), folded(1)];
}

/** One half of all four words. */
const folded = (half: number): number =>
  ((v[half] ?? 0) ^ (v[half + 2] ?? 0) ^ (v[half + 4] ?? 0) ^ (v[half + 6] ?? 0)) >>> 0;

function absorb(high: number, low: number): void {
  v[6] = (v[6] ?? 0) ^ high;
  v[7] = (v[7] ?? 0) ^ low;
  round();
  round();
  v[0] = (v[0] ?? 0) ^ high;
  v[1] = (v[1] ?? 0) ^ low;
}

function round(): void {
  mix(0, 2, 13, true);
  mix(4, 6, 16, false);
  mix(0, 6, 21, false);
  mix(4, 2, 17, true);
}

/** a += b; b = rotate(b, bits) ^ a; with `swap` a is then rotated by 32. Positions are those of the high halves. */
function mix(a: number, b: number, bits: number, swap: boolean): void {
  const bh = v[b] ?? 0;
  const bl = v[b + 1] ?? 0;
  const low = ((v[a + 1] ?? 0) >>> 0) + (bl >>> 0);
  const al = low | 0;
  const ah = ((v[a] ?? 0) + bh + (low > 0xffffffff ? 1 : 0)) | 0;
  v[b] = ((bh << bits) | (bl >>> (32 - bits))) ^ ah;
  v[b + 1] = ((bl << bits) | (bh >>> (32 - bits))) ^ al;
  v[a] = swap ? al : ah;
  v[a + 1] = swap ? ah : al;
}
