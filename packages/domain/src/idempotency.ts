/** JSON with sorted keys, so that equal arguments give equal text whatever order a model writes them in. */
export function canonicalJson(value: unknown): string {
  return JSON.stringify(sorted(value)) ?? "null";
}

function sorted(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(sorted);
  if (typeof value !== "object" || value === null) return Object.is(value, -0) ? 0 : value;
  // Without a prototype, so that a key called __proto__ is a key.
  const out: Record<string, unknown> = Object.create(null);
  for (const [key, inner] of Object.entries(value).toSorted(([a], [b]) => (a < b ? -1 : a > b ? 1 : 0)))
    out[key] = sorted(inner);
  return out;
}

/** `step` is the model's step and place in it (`3.0`), so that two equal calls of one turn are two effects. */
export type EffectIdentity = { turnId: string; step: string; tool: string; input: unknown };

/** The name of one effect at every remote that can deduplicate: 40 characters of `[a-z2-7]`, the same after any restart. */
export async function idempotencyKeyOf({ turnId, step, tool, input }: EffectIdentity): Promise<string> {
  const named = JSON.stringify([turnId, step, tool, canonicalJson(input)]);
  const digest = await crypto.subtle.digest("SHA-256", new TextEncoder().encode(named));
  return base32(new Uint8Array(digest)).slice(0, 40);
}

const ALPHABET = "abcdefghijklmnopqrstuvwxyz234567";

function base32(bytes: Uint8Array): string {
  let out = "";
  let bits = 0;
  let value = 0;
  for (const byte of bytes) {
    value = ((value << 8) | byte) & 0xffff;
    bits += 8;
    for (; bits >= 5; bits -= 5) out += ALPHABET.charAt((value >>> (bits - 5)) & 31);
  }
  return out;
}
