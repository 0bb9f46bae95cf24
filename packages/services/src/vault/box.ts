import { vaultError } from "./vault-error.ts";
import { type Keyring, newWrappedKey } from "./keyring.ts";
import { open, seal } from "./seal.ts";

/** A value sealed under a key of its own, which travels with it: for what belongs to no tenant, or to one not yet known. */
export async function sealBox(keyring: Keyring, aad: string, text: string): Promise<string> {
  const wrapped = await newWrappedKey(keyring);
  return `${wrapped}~${await seal(keyring, wrapped, aad, text)}`;
}

export async function openBox(keyring: Keyring, aad: string, box: string): Promise<string> {
  const [wrapped, sealed] = box.split("~");
  if (wrapped === undefined || sealed === undefined) throw vaultError("not a sealed box");
  return open(keyring, wrapped, aad, sealed);
}
