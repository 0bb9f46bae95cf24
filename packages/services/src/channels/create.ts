import { channels } from "@charla/db/tenant/channels";
import { AppError } from "@charla/domain/errors";
import { newId } from "@charla/domain/ids";
import { fetchActiveAgent } from "../agents/internal.ts";
import { requirePermission } from "../auth/permissions.ts";
import type { Ctx } from "../context.ts";
import { addressesIn, requireReachable } from "../outside/require-reachable.ts";
import { claimForChannel, keepOnlyAddresses } from "./address.ts";
import { writeRoute } from "./internal.ts";
import type { ChannelKinds } from "./kinds.ts";
import { ChannelWithSecrets, type CreateChannelInput, toChannelOut } from "./schemas.ts";
import { sealSecrets } from "./secrets.ts";
import { kindOf, parseConfig, parseSecrets } from "./validate.ts";

/** The secrets that the platform makes are in this answer and in no other. */
export async function createChannel(
  ctx: Ctx,
  input: CreateChannelInput,
  kinds: ChannelKinds,
): Promise<ChannelWithSecrets> {
  requirePermission(ctx, "channels.write");
  const kind = kindOf(kinds, input.kind);
  await fetchActiveAgent(ctx, input.agentId);
  const config = parseConfig(kind, input.config);
  requireReachable(ctx, addressesIn(config, "config"));
  const made = kind.generateSecrets?.() ?? {};
  const secrets = parseSecrets(kind, { ...made, ...input.secrets });
  const now = ctx.now();
  const id = newId("channel", now);
  const addresses = kind.addresses?.(config) ?? [];
  await claimForChannel(ctx, id, addresses);
  const [row] = await ctx.db.orm
    .insert(channels)
    .values({
      id,
      kind: input.kind,
      name: input.name,
      agentId: input.agentId,
      status: "active",
      config,
      sealedSecrets: await sealSecrets(ctx, id, secrets),
      burst: input.burst ?? null,
      ...(input.handBackMinutes !== undefined && { handBackMinutes: input.handBackMinutes }),
      version: 1,
      createdAt: now,
      updatedAt: now,
    })
    .returning();
  if (row === undefined) throw new AppError("INTERNAL", `channel ${id} was not written`);
  await writeRoute(ctx, row);
  if (addresses.length > 0) await keepOnlyAddresses(ctx, id, addresses);
  return ChannelWithSecrets.parse({ ...toChannelOut(ctx, row, kinds), secrets: onlyMade(made, input.secrets) });
}

function onlyMade(made: Record<string, unknown>, given: Record<string, unknown> = {}): Record<string, unknown> {
  return Object.fromEntries(Object.entries(made).filter(([name]) => !(name in given)));
}
