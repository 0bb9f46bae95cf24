const BASE64URL = /^[A-Za-z0-9_-]*$/;

/** WebCrypto refuses views over shared memory, so every buffer here is a plain one. */
export type Bytes = Uint8Array<ArrayBuffer>;

const encoder = new TextEncoder();
// A mark of byte order at the start of a sealed text is part of the text.
const decoder = new TextDecoder("utf-8", { fatal: false, ignoreBOM: true });

// Longer argument lists overflow the stack of `String.fromCharCode`.
const CHUNK = 8192;

export function toBase64Url(bytes: Bytes): string {
  let binary = "";
  for (let i = 0; i < bytes.length; i += CHUNK) binary += String.fromCharCode(...bytes.subarray(i, i + CHUNK));
  return btoa(binary).replaceAll("+", "-").replaceAll("/", "_").replaceAll("=", "");
}

export function fromBase64Url(text: string): Bytes {
  if (!BASE64URL.test(text)) throw new TypeError("Not base64url");
  return fromBase64(text.replaceAll("-", "+").replaceAll("_", "/"));
}

export function fromBase64(text: string): Bytes {
  const binary = atob(text);
  const bytes = new Uint8Array(binary.length);
  for (let i = 0; i < binary.length; i++) bytes[i] = binary.charCodeAt(i);
  return bytes;
}

export function utf8(text: string): Bytes {
  return encoder.encode(text) as Bytes;
}

export function fromUtf8(bytes: ArrayBuffer): string {
  return decoder.decode(bytes);
}

export function randomBytes(length: number): Bytes {
  return crypto.getRandomValues(new Uint8Array(length));
}
