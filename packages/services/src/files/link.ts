import { fromBase64Url, fromUtf8, toBase64Url, utf8 } from "../vault/bytes.ts";
import type { KeyHandle } from "../vault/data-key.ts";
import type { Keyring } from "../vault/keyring.ts";

/** A vendor fetches at once; a person may read a message days later. */
export const LINK_MS = 7 * 86_400_000;

/** A stored object as a link names it: its key begins with the tenant's id. */
export type LinkedFile = { key: string; name: string };
export type LinkVerdict = { ok: true; file: LinkedFile } | { ok: false; reason: "unknown" | "expired" };

const MAX_LINK_NAME = 50;

/** As much of a name as an address needs, with the ending by which programs know the file. */
export function linkName(name: string): string {
  const [, stem = name, ending = ""] = /^(.+?)(\.[A-Za-z0-9]{1,8})?$/s.exec(name) ?? [];
  const short = stem.slice(0, MAX_LINK_NAME - ending.length).toWellFormed();
  return `${short.replaceAll(/[\p{Cc}/\\]/gu, "_")}${ending}`;
}

const PROOF = /^(v[0-9]{1,6})\.([0-9a-z]{1,9})\.([A-Za-z0-9_-]{43})$/;

/** Good for this object under this name until then, and for nothing else. */
export async function fileLinkPath(keyring: Keyring, file: LinkedFile, expiresAt: number): Promise<string> {
  const seconds = Math.floor(expiresAt / 1000);
  const signer = await signerOf(keyring, keyring.current, file.key);
  if (signer === null) throw new TypeError("the keyring has no current key");
  const mac = await crypto.subtle.sign("HMAC", signer, textOf(file, seconds));
  const proof = `${keyring.current}.${seconds.toString(36)}.${toBase64Url(new Uint8Array(mac))}`;
  return `/files/${toBase64Url(utf8(file.key))}/${proof}/${encodeURIComponent(file.name)}`;
}

/** The signature first, in constant time: who cannot sign learns nothing about what exists. */
export async function verifyFileLink(
  keyring: Keyring,
  parts: { key: string; proof: string; name: string },
  now: number,
): Promise<LinkVerdict> {
  const unknown = { ok: false, reason: "unknown" } as const;
  const [, version, until, mac] = PROOF.exec(parts.proof) ?? [];
  const key = keyIn(parts.key);
  if (version === undefined || until === undefined || mac === undefined || key === null) return unknown;
  const file = { key, name: parts.name };
  const seconds = Number.parseInt(until, 36);
  const signer = await signerOf(keyring, version, key);
  if (signer === null) return unknown;
  const signature = fromBase64Url(mac);
  // Two spellings of one signature would be two links.
  if (toBase64Url(signature) !== mac) return unknown;
  if (!(await crypto.subtle.verify("HMAC", signer, signature, textOf(file, seconds)))) return unknown;
  return now < seconds * 1000 ? { ok: true, file } : { ok: false, reason: "expired" };
}

function keyIn(encoded: string): string | null {
  try {
    return fromUtf8(fromBase64Url(encoded).buffer);
  } catch {
    return null;
  }
}

const textOf = ({ key, name }: LinkedFile, seconds: number) => utf8(`${seconds}\n${key}\n${name}`);

/** Every tenant has a key of its own, so that no signature holds for another's object. */
async function signerOf({ signers }: Keyring, version: string, key: string): Promise<KeyHandle | null> {
  const root = await signers.get(version);
  if (root === undefined) return null;
  const [tenantId = ""] = key.split("/", 1);
  const derived = await crypto.subtle.sign("HMAC", root, utf8(`charla|file-links|${tenantId}`));
  return crypto.subtle.importKey("raw", derived, { name: "HMAC", hash: "SHA-256" }, false, ["sign", "verify"]);
}
