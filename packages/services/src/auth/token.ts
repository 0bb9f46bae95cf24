import { randomBytes, toBase64Url, utf8 } from "../vault/bytes.ts";

const TOKEN_BYTES = 32;

/** 256 random bits: long enough that a plain hash protects it. */
export const newToken = (prefix = ""): string => `${prefix}${toBase64Url(randomBytes(TOKEN_BYTES))}`;

/** What is stored of a credential. Looking it up by hash takes no time that depends on how much of it was guessed. */
export async function tokenHash(token: string): Promise<string> {
  return toBase64Url(new Uint8Array(await crypto.subtle.digest("SHA-256", utf8(token))));
}
