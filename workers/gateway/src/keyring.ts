import { parseKeyring, type Keyring } from "@charla/services/vault/keyring";

let parsed: { secret: string; keyring: Keyring } | undefined;

export function keyringOf(env: Pick<GatewayEnv, "KEK">): Keyring {
  if (parsed?.secret !== env.KEK) parsed = { secret: env.KEK, keyring: parseKeyring(env.KEK) };
  return parsed.keyring;
}
