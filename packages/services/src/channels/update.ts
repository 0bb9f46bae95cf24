import { fetchActiveAgent } from "../agents/internal.ts";
import { requirePermission } from "../auth/permissions.ts";
import type { Ctx } from "../context.ts";
import { addressesIn, requireReachable } from "../outside/require-reachable.ts";
import { withAddresses } from "./address.ts";
import { changeChannel, fetchChannel } from "./internal.ts";
import type { ChannelKinds } from "./kinds.ts";
import { type ChannelOut, type UpdateChannelInput, toChannelOut } from "./schemas.ts";
import { openSecrets, sealSecrets } from "./secrets.ts";
import { kindOf, parseConfig, parseSecrets } from "./validate.ts";

/** Given secrets replace those of the same name; the others stay. */
export async function updateChannel(
  ctx: Ctx,
  id: string,
  input: UpdateChannelInput,
  kinds: ChannelKinds,
): Promise<ChannelOut> {
  requirePermission(ctx, "channels.write");
  const row = await fetchChannel(ctx, id);
  const kind = kindOf(kinds, row.kind);
  const config = input.config === undefined ? undefined : parseConfig(kind, input.config);
  requireReachable(ctx, addressesIn(config, "config"));
  if (input.agentId !== undefined) await fetchActiveAgent(ctx, input.agentId);
  const change = {
    name: input.name ?? row.name,
    agentId: input.agentId ?? row.agentId,
    config: config ?? row.config,
    burst: input.burst === undefined ? row.burst : input.burst,
    handBackMinutes: input.handBackMinutes ?? row.handBackMinutes,
    sealedSecrets: row.sealedSecrets,
  };
  if (input.secrets !== undefined) {
    const secrets = { ...(await openSecrets(ctx, id, row.sealedSecrets)), ...input.secrets };
    change.sealedSecrets = await sealSecrets(ctx, id, parseSecrets(kind, secrets));
  }
  const changed = await withAddresses(ctx, row, kind, change.config, () =>
    changeChannel(ctx, id, change, input.ifVersion),
  );
  return toChannelOut(ctx, changed, kinds);
}
