import { openControlDb } from "@charla/db/open";
import { poolOf } from "@charla/db/pool";
import { egressPolicyOf } from "@charla/domain/egress-policy";
import type { Ctx, PlatformCtx } from "@charla/services/context";
import { openTenant } from "@charla/services/tenants/open";
import { parseKeyring } from "@charla/services/vault/keyring";

export const platformOf = async (env: AgentEnv): Promise<PlatformCtx> => ({
  actor: { type: "system" },
  control: await openControlDb(env.CONTROL_DB),
  pool: poolOf(env),
  config: env.CONFIG,
  files: env.FILES,
  keyring: parseKeyring(env.KEK),
  now: () => Date.now(),
  publicBaseUrl: env.PUBLIC_BASE_URL,
  egress: egressPolicyOf(env.HTTP_ALLOW_LOOPBACK, env.PUBLIC_BASE_URL),
  gateOf: (id) => env.TENANT_GATE.getByName(id),
});

/** A tenant's own things, for the platform's own work; whose they are the caller has from a credential or a queue. */
export const openKnowledge = async (env: AgentEnv, tenantId: string): Promise<Ctx> =>
  openTenant(await platformOf(env), tenantId);
