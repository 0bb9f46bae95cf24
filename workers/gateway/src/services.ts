import { openControlDb } from "@charla/db/open";
import { poolOf } from "@charla/db/pool";
import { egressPolicyOf } from "@charla/domain/egress-policy";
import type { Actor, Ctx, PlatformCtx } from "@charla/services/context";
import { openTenant } from "@charla/services/tenants/open";
import { keyringOf } from "./keyring.ts";
import { gateOf } from "./objects.ts";

/** The composition root: from bindings to what the verbs need, and nothing of a binding beyond this file. */
export async function platformCtx(env: GatewayEnv, actor: Actor): Promise<PlatformCtx> {
  return {
    actor,
    control: await openControlDb(env.CONTROL_DB),
    pool: poolOf(env),
    config: env.CONFIG,
    files: env.FILES,
    keyring: keyringOf(env),
    now: () => Date.now(),
    publicBaseUrl: env.PUBLIC_BASE_URL,
    egress: egressPolicyOf(env.HTTP_ALLOW_LOOPBACK, env.PUBLIC_BASE_URL),
    gateOf: (tenantId) => gateOf(env, tenantId),
  };
}

export const tenantCtx = (platform: PlatformCtx, tenantId: string): Promise<Ctx> => openTenant(platform, tenantId);
