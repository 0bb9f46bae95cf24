import type { ChannelRoute } from "@charla/domain/channel-record";
import type { Keyring } from "../vault/keyring.ts";
import { aadOf, open, seal } from "../vault/seal.ts";
import type { Ctx } from "../context.ts";

type Secrets = Record<string, unknown>;

const aadOfSecrets = (tenantId: string, channelId: string): string => aadOf(tenantId, channelId, "secrets");

export function sealSecrets(
  { keyring, wrappedKey, tenantId }: Ctx,
  channelId: string,
  secrets: unknown,
): Promise<string> {
  return seal(keyring, wrappedKey, aadOfSecrets(tenantId, channelId), JSON.stringify(secrets));
}

export async function openSecrets(ctx: Ctx, channelId: string, sealed: string): Promise<Secrets> {
  const { keyring, wrappedKey, tenantId } = ctx;
  return JSON.parse(await open(keyring, wrappedKey, aadOfSecrets(tenantId, channelId), sealed)) as Secrets;
}

/** The secrets of a connected account as its channel kind declares them. */
export async function openChannelSecrets(keyring: Keyring, route: ChannelRoute): Promise<unknown> {
  const { tenantId, id, wrappedKey, sealedSecrets } = route;
  return JSON.parse(await open(keyring, wrappedKey, aadOfSecrets(tenantId, id), sealedSecrets));
}

// Two, so that senders can change over while both work.
const ACTIVE_SECRETS = 2;

/** Fresh secrets over the old ones; where a kind keeps a list, the newest old one stays active behind the fresh one. */
export function rotated(old: Secrets, fresh: Secrets): Secrets {
  const entries = Object.entries(fresh).map(([name, value]): [string, unknown] => {
    const before = old[name];
    if (!Array.isArray(value) || !Array.isArray(before)) return [name, value];
    return [name, [...value, ...before].slice(0, ACTIVE_SECRETS)];
  });
  return { ...old, ...Object.fromEntries(entries) };
}
