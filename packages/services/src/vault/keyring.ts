import { fromBase64, randomBytes } from "./bytes.ts";
import { type DataKey, KEY_BYTES, type KeyHandle, decrypt, encrypt, importDataKey, newKeyId } from "./data-key.ts";
import { Lru } from "./lru.ts";
import { vaultError } from "./vault-error.ts";

/** Key-encryption keys by version. The last one wraps, all of them unwrap. */
export type Keyring = {
  readonly current: string;
  readonly keys: ReadonlyMap<string, Promise<KeyHandle>>;
  /** Of the same material, for the signatures of links. */
  readonly signers: ReadonlyMap<string, Promise<KeyHandle>>;
  readonly unwrapped: Lru<Promise<DataKey>>;
};

const ENTRY = /^(v[0-9]{1,6}):([A-Za-z0-9+/]{43}=)$/;
const FORMAT = "w1";
const CACHED_KEYS = 512;

/** Reads the secret `v1:<base64 of 32 bytes>[,v2:…]`; the last entry is the current one. */
export function parseKeyring(kek: string): Keyring {
  const keys = new Map<string, Promise<KeyHandle>>();
  const signers = new Map<string, Promise<KeyHandle>>();
  let current = "";
  for (const entry of kek.split(",")) {
    const [, version, material] = ENTRY.exec(entry.trim()) ?? [];
    if (version === undefined || material === undefined) throw vaultError("KEK must be v1:<base64 of 32 bytes>[,v2:…]");
    if (keys.has(version)) throw vaultError(`KEK names ${version} twice`);
    const bytes = fromBase64(material);
    keys.set(version, crypto.subtle.importKey("raw", bytes, "AES-GCM", false, ["encrypt", "decrypt"]));
    signers.set(version, crypto.subtle.importKey("raw", bytes, { name: "HMAC", hash: "SHA-256" }, false, ["sign"]));
    current = version;
  }
  return { current, keys, signers, unwrapped: new Lru(CACHED_KEYS) };
}

/** A fresh data key, wrapped by the current key-encryption key: `w1.<kek version>.<key id>.<iv>.<ciphertext>`. */
export function newWrappedKey(keyring: Keyring): Promise<string> {
  return wrap(keyring, newKeyId(), randomBytes(KEY_BYTES));
}

/** The same data key under the current key-encryption key; what it has sealed stays readable. */
export async function rewrap(keyring: Keyring, wrapped: string): Promise<string> {
  const { version, id } = partsOf(wrapped);
  if (version === keyring.current) return wrapped;
  return wrap(keyring, id, await unwrapRaw(keyring, wrapped));
}

export function isCurrent(keyring: Keyring, wrapped: string): boolean {
  return partsOf(wrapped).version === keyring.current;
}

export function unwrap(keyring: Keyring, wrapped: string): Promise<DataKey> {
  const cached = keyring.unwrapped.get(wrapped);
  if (cached !== undefined) return cached;
  const pending = unwrapRaw(keyring, wrapped).then((raw) => importDataKey(partsOf(wrapped).id, raw));
  keyring.unwrapped.set(wrapped, pending);
  pending.catch(() => keyring.unwrapped.delete(wrapped));
  return pending;
}

async function wrap(keyring: Keyring, id: string, raw: Uint8Array<ArrayBuffer>): Promise<string> {
  const version = keyring.current;
  const { iv, ct } = await encrypt(await kekOf(keyring, version), aadOfWrap(version, id), raw);
  return `${FORMAT}.${version}.${id}.${iv}.${ct}`;
}

async function unwrapRaw(keyring: Keyring, wrapped: string): Promise<Uint8Array<ArrayBuffer>> {
  const { version, id, iv, ct } = partsOf(wrapped);
  return new Uint8Array(await decrypt(await kekOf(keyring, version), aadOfWrap(version, id), iv, ct));
}

function kekOf(keyring: Keyring, version: string): Promise<KeyHandle> {
  const key = keyring.keys.get(version);
  if (key === undefined) throw vaultError(`KEK has no ${version}`);
  return key;
}

const aadOfWrap = (version: string, id: string): string => `charla|data-key|${version}|${id}`;

function partsOf(wrapped: string): { version: string; id: string; iv: string; ct: string } {
  const [format, version, id, iv, ct, ...rest] = wrapped.split(".");
  if (
    format !== FORMAT ||
    version === undefined ||
    id === undefined ||
    iv === undefined ||
    ct === undefined ||
    rest.length > 0
  )
    throw vaultError("not a wrapped key");
  return { version, id, iv, ct };
}
