import { type Bytes, fromBase64Url, fromUtf8, randomBytes, toBase64Url, utf8 } from "./bytes.ts";
import { vaultError } from "./vault-error.ts";

/** The runtimes disagree on the name of this type, not on what it is. */
export type KeyHandle = Awaited<ReturnType<typeof crypto.subtle.importKey>>;

/** A key as it is used: `id` goes into everything it seals. */
export type SealKey = { id: string; cipher: KeyHandle };
/** `derive` makes further keys of it. */
export type DataKey = SealKey & { derive: KeyHandle };

export const KEY_BYTES = 32;
const IV_BYTES = 12;
const FORMAT = "s1";

export function newKeyId(): string {
  return toBase64Url(randomBytes(6));
}

export async function importSealKey(id: string, raw: Bytes): Promise<SealKey> {
  if (raw.length !== KEY_BYTES) throw vaultError("a data key must have 32 bytes");
  return { id, cipher: await crypto.subtle.importKey("raw", raw, "AES-GCM", false, ["encrypt", "decrypt"]) };
}

export async function importDataKey(id: string, raw: Bytes): Promise<DataKey> {
  const key = await importSealKey(id, raw);
  return { ...key, derive: await crypto.subtle.importKey("raw", raw, "HKDF", false, ["deriveBits"]) };
}

export async function encrypt(key: KeyHandle, aad: string, plain: Bytes): Promise<{ iv: string; ct: string }> {
  const iv = randomBytes(IV_BYTES);
  const ct = await crypto.subtle.encrypt({ name: "AES-GCM", iv, additionalData: utf8(aad) }, key, plain);
  return { iv: toBase64Url(iv), ct: toBase64Url(new Uint8Array(ct)) };
}

export async function decrypt(key: KeyHandle, aad: string, iv: string, ct: string): Promise<ArrayBuffer> {
  try {
    const algorithm = { name: "AES-GCM", iv: fromBase64Url(iv), additionalData: utf8(aad) };
    return await crypto.subtle.decrypt(algorithm, key, fromBase64Url(ct));
  } catch {
    throw vaultError("sealed value does not belong to this record or was changed");
  }
}

/** `s1.<key id>.<iv>.<ciphertext>`: readable only with that key and under the same `aad`. */
export async function sealWith(key: SealKey, aad: string, plaintext: string): Promise<string> {
  const { iv, ct } = await encrypt(key.cipher, aad, utf8(plaintext));
  return `${FORMAT}.${key.id}.${iv}.${ct}`;
}

export async function openWith(key: SealKey, aad: string, sealed: string): Promise<string> {
  const [format, id, iv, ct, ...rest] = sealed.split(".");
  if (format !== FORMAT || iv === undefined || ct === undefined || rest.length > 0)
    throw vaultError("not a sealed value");
  if (id !== key.id) throw vaultError("sealed with another key");
  return fromUtf8(await decrypt(key.cipher, aad, iv, ct));
}

/** Further key material for one purpose; knowing it gives away neither the key nor another purpose's. */
export async function deriveBytes(key: DataKey, purpose: string, length: number): Promise<Bytes> {
  const algorithm = { name: "HKDF", hash: "SHA-256", salt: new Uint8Array(0), info: utf8(`charla|${purpose}`) };
  return new Uint8Array(await crypto.subtle.deriveBits(algorithm, key.derive, length * 8));
}
