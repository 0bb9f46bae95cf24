import { openWith, sealWith } from "./data-key.ts";
import { type Keyring, unwrap } from "./keyring.ts";

/** What a sealed value is bound to: moved to another tenant, record or field it does not open. */
export function aadOf(tenantId: string, recordId: string, field: string): string {
  return `${tenantId}|${recordId}|${field}`;
}

export async function seal(keyring: Keyring, wrappedKey: string, aad: string, plaintext: string): Promise<string> {
  return sealWith(await unwrap(keyring, wrappedKey), aad, plaintext);
}

export async function open(keyring: Keyring, wrappedKey: string, aad: string, sealed: string): Promise<string> {
  return openWith(await unwrap(keyring, wrappedKey), aad, sealed);
}
