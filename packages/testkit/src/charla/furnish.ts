import type { Integrator } from "../integrator/server.ts";
import { type Api, textAt } from "./api.ts";

type Json = string | number | boolean | null | Json[] | { [key: string]: Json };

export type AgentWish = {
  name?: string;
  instructions?: string;
  language?: "es" | "en";
  model?: { provider: string; model: string };
  fallbackModel?: { provider: string; model: string };
  tools?: { name: string; kind: string; description?: string; config?: Record<string, Json> }[];
  burst?: Record<string, number>;
  limits?: Record<string, number>;
  texts?: Record<string, string>;
  knowledge?: { bases: string[]; passages?: number };
  prompt?: Record<string, string>;
  guardrails?: { name: string; rule: string; answer?: string }[];
  handoverRules?: { name: string; when: string }[];
  channels?: Record<string, { instructions: string }>;
  timeZone?: string;
};

export type Tenant = { id: string; api: Api; key: string };
export type HttpAccount = {
  tenant: Tenant;
  agentId: string;
  channelId: string;
  webhookUrl: string;
  secret: string;
  account: string;
};

const SCOPES = [
  "agents",
  "channels",
  "providers",
  "conversations",
  "dead_letters",
  "api_keys",
  "notices",
  "knowledge",
].flatMap((what) => [`${what}.read`, `${what}.write`]);

export async function furnishTenant(platform: Api, slug: string): Promise<Tenant> {
  const id = textAt(await platform.post("/v1/tenants", { slug, name: slug }), "id");
  const wish = {
    name: "tests",
    scopes: [...SCOPES, "releases.publish", "usage.read", "contacts.read", "contacts.erase"],
  };
  const key = textAt(await platform.post("/v1/api-keys", wish, { "charla-tenant": id }), "key");
  return { id, api: platform.withKey(key), key };
}

export async function furnishProvider({ api }: Tenant, baseUrl: string): Promise<string> {
  return textAt(
    await api.post("/v1/providers", {
      kind: "openai-compatible",
      name: "scripted",
      baseUrl,
      apiKey: "sk-test-0123456789",
    }),
    "id",
  );
}

const DEMO_MODEL = { provider: "workers-ai", model: "@cf/meta/llama-3.3-70b-instruct-fp8-fast" };

export async function furnishAgent({ api }: Tenant, wish: AgentWish): Promise<string> {
  const id = textAt(await api.post("/v1/agents", { settings: { name: "Prueba", model: DEMO_MODEL, ...wish } }), "id");
  await api.post(`/v1/agents/${id}/publish`);
  return id;
}

let serial = 0;

/** A channel of any kind, with the secrets that its vendor gave. The webhook answers under this base. */
export async function furnishChannel(
  tenant: Tenant,
  base: string,
  wish: { kind: string; agentId: string; config: Record<string, Json>; secrets?: Record<string, Json> },
): Promise<{ channelId: string; webhookUrl: string; created: unknown }> {
  const created = await tenant.api.post("/v1/channels", { name: `${wish.kind}-${++serial}`, ...wish });
  const channelId = textAt(created, "id");
  return { channelId, webhookUrl: `${base}/webhooks/${wish.kind}/${channelId}`, created };
}

export async function furnishHttpChannel(
  tenant: Tenant,
  base: string,
  agentId: string,
  integrator: Integrator,
): Promise<HttpAccount> {
  const account = `a${process.pid}x${++serial}`;
  const created = await tenant.api.post("/v1/channels", {
    kind: "http",
    name: account,
    agentId,
    config: { callbackUrl: integrator.callbackUrl(account) },
  });
  const channelId = textAt(created, "id");
  const secret = textAt(created, "secrets", "signingSecrets", 0);
  integrator.trust(account, secret);
  return { tenant, agentId, channelId, webhookUrl: `${base}/webhooks/http/${channelId}`, secret, account };
}

/** A tenant with a scripted model, an agent that uses it and a channel that reaches the integrator. */
export async function furnishHttpAccount(
  platform: Api,
  base: string,
  wish: { slug: string; modelBaseUrl: string; integrator: Integrator; agent?: AgentWish },
): Promise<HttpAccount> {
  const tenant = await furnishTenant(platform, wish.slug);
  const provider = await furnishProvider(tenant, wish.modelBaseUrl);
  const agentId = await furnishAgent(tenant, { model: { provider, model: "scripted" }, ...wish.agent });
  return furnishHttpChannel(tenant, base, agentId, wish.integrator);
}
