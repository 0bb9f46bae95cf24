import { channelAddresses } from "@charla/db/control/channel-addresses";
import { claimAddresses, releaseAddresses } from "@charla/db/control/statements";
import type { ChannelRow } from "@charla/db/tenant/channels";
import { addressKvKey } from "@charla/domain/channel-record";
import { AppError } from "@charla/domain/errors";
import { eq } from "drizzle-orm";
import type { Ctx, PlatformCtx } from "../context.ts";
import type { ChannelKind } from "./kinds.ts";

/** A claim that is older than this belongs to a channel that exists, or to one whose making broke off. */
const ABANDONED_MS = 60_000;

/** KV holds what is known; what it does not know may be new, so the control plane is asked before a mail is refused for good. */
export async function channelAtAddress(
  { config, control }: { config: PlatformCtx["config"]; control: () => Promise<PlatformCtx["control"]> },
  address: string,
): Promise<string | null> {
  const known = await config.get(addressKvKey(address)).catch(() => null);
  if (known !== null) return known;
  const { orm } = await control();
  const [row] = await orm.select().from(channelAddresses).where(eq(channelAddresses.address, address)).limit(1);
  return row?.channelId ?? null;
}

/**
 * Whoever claims an address first has it, across all tenants: otherwise one could read another's mail by naming its
 * address. To be called before anything is written that relies on it.
 */
export async function claimForChannel(ctx: Ctx, channelId: string, addresses: readonly string[]): Promise<void> {
  if (addresses.length === 0) return;
  const { d1, orm } = ctx.control;
  const now = ctx.now();
  const wanted = JSON.stringify(addresses);
  await d1
    .prepare(claimAddresses)
    .bind(wanted, channelId, ctx.tenantId, now, now - ABANDONED_MS)
    .run();
  const rows = await orm.select().from(channelAddresses).where(eq(channelAddresses.channelId, channelId));
  const taken = addresses.find((address) => !rows.some((row) => row.address === address));
  if (taken !== undefined) {
    throw new AppError("CONFLICT", `the address ${taken} belongs to another channel`, {
      publicMessage: { es: `Otro canal ya usa ${taken}`, en: `${taken} is already used by another channel` },
    });
  }
}

/** Lets go of what the channel had before, and makes the others known to the way in. */
export async function keepOnlyAddresses(ctx: Ctx, channelId: string, addresses: readonly string[]): Promise<void> {
  const { d1 } = ctx.control;
  const { results } = await d1
    .prepare(releaseAddresses)
    .bind(channelId, JSON.stringify(addresses))
    .all<{ address: string }>();
  for (const { address } of results) await ctx.config.delete(addressKvKey(address));
  for (const address of addresses) await ctx.config.put(addressKvKey(address), channelId);
}

/** Claimed before the change that needs them; what is no longer needed afterwards, whichever way it went, is let go. */
export async function withAddresses<T>(
  ctx: Ctx,
  { id, config: before }: Pick<ChannelRow, "id" | "config">,
  kind: ChannelKind,
  config: ChannelRow["config"],
  change: () => Promise<T>,
): Promise<T> {
  if (kind.addresses === undefined) return change();
  const had = kind.addresses(before);
  const wanted = kind.addresses(config);
  try {
    await claimForChannel(ctx, id, wanted);
    const changed = await change();
    await keepOnlyAddresses(ctx, id, wanted);
    return changed;
  } catch (error) {
    await keepOnlyAddresses(ctx, id, had);
    throw error;
  }
}
