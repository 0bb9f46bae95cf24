import { toBase64Url, utf8 } from "./bytes.ts";
import { type DataKey, type KeyHandle, deriveBytes } from "./data-key.ts";
import { type SipKey, siphash, sipKeyOf } from "./siphash.ts";

/** Finds sealed text without storing it: keyed hashes of words and of whole addresses, another key for every tenant. */
export type BlindIndex = { words: SipKey; addresses: KeyHandle };

const MAX_WORDS = 128;
const MAX_WORD_LENGTH = 32;
const MARKS = /\p{M}+/gu;
const BETWEEN_WORDS = /[^\p{L}\p{N}]+/u;
const ADDRESS_HASH_BYTES = 16;

const indexes = new WeakMap<DataKey, Promise<BlindIndex>>();

export function blindIndexOf(key: DataKey): Promise<BlindIndex> {
  const known = indexes.get(key);
  if (known !== undefined) return known;
  const pending = derive(key);
  indexes.set(key, pending);
  return pending;
}

async function derive(key: DataKey): Promise<BlindIndex> {
  const [words, addresses] = await Promise.all([
    deriveBytes(key, "blind-index|words", 16),
    deriveBytes(key, "blind-index|addresses", 32),
  ]);
  const hmac = await crypto.subtle.importKey("raw", addresses, { name: "HMAC", hash: "SHA-256" }, false, ["sign"]);
  return { words: sipKeyOf(words), addresses: hmac };
}

/** The distinct words of a text, without accents and case. */
export function wordsOf(text: string): string[] {
  const words = new Set<string>();
  for (const word of text.normalize("NFKD").replace(MARKS, "").toLowerCase().split(BETWEEN_WORDS)) {
    if (word.length < 2) continue;
    words.add(word.slice(0, MAX_WORD_LENGTH));
    if (words.size === MAX_WORDS) break;
  }
  return [...words];
}

/** 31 bits: enough to find candidates, which are opened and compared; too few to tell one word from all others. */
export function wordHashes(index: BlindIndex, text: string): number[] {
  return wordsOf(text).map((word) => siphash(index.words, utf8(word))[1] >>> 1);
}

export async function addressHash(index: BlindIndex, channelKind: string, address: string): Promise<string> {
  const signature = await crypto.subtle.sign("HMAC", index.addresses, utf8(`${channelKind}|${address}`));
  return toBase64Url(new Uint8Array(signature, 0, ADDRESS_HASH_BYTES));
}
