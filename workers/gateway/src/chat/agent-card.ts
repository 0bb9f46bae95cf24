import { Release, releaseKvKey } from "@charla/domain/release";
import { gateOf } from "../objects.ts";
import { StaleCache } from "@charla/domain/stale-cache";
import type { ChatAccount } from "./account.ts";

export type AgentCard = { name: string; demo: boolean };

const cards = new StaleCache<AgentCard>();

/** Who the visitor talks to: the name in the published release, and whether the answers come from the demo model. */
export function agentCard(env: GatewayEnv, account: ChatAccount, now: number): Promise<AgentCard> {
  return cards.get(`${account.tenantId}:${account.agentId}`, now, () => load(env, account));
}

async function load(env: GatewayEnv, account: ChatAccount): Promise<AgentCard> {
  const { releases } = await gateOf(env, account.tenantId).state();
  const releaseId = releases[account.agentId];
  const stored =
    releaseId === undefined ? null : await env.CONFIG.get(releaseKvKey(account.tenantId, releaseId), "json");
  if (stored === null) return { name: account.config.title, demo: false };
  const { name, model } = Release.parse(stored).settings;
  // The binding's models are emulated on a developer's machine; a tenant's own provider is real everywhere.
  return { name, demo: env.ENVIRONMENT === "development" && model.provider === "workers-ai" };
}
