import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { dirname } from "node:path";
import { fileURLToPath } from "node:url";
import type { DemoRequest, DemoAccess } from "./dev/demo.ts";
import { Api } from "./seed/api.ts";
import { connectChannels } from "./seed/connected-channels.ts";
import { callbackChannel, demoSettings, demoTenant, webchatChannel } from "./seed/demo-agent.ts";

const file = fileURLToPath(new URL("../.wrangler/demo.json", import.meta.url));

type Tenant = { id: string; slug: string };
type Agent = {
  id: string;
  settings: { name: string; instructions: string };
  releaseId: string | null;
  version: number;
};
type Channel = { id: string; kind: string; name: string };
type Created = Channel & { secrets?: unknown };

/** What tests and people at this machine need to talk to the demo; the file is local, private and ignored by git. */
export type SeededDemo = {
  baseUrl: string;
  tenantId: string;
  agentId: string;
  webchatChannelId: string;
  httpChannelId: string;
  apiKey: string;
  httpSecrets?: unknown;
};

async function ensureTenant(api: Api): Promise<Tenant> {
  const known = await api.find<Tenant>("/v1/tenants", ({ slug }) => slug === demoTenant.slug);
  return known ?? api.call<Tenant>("POST", "/v1/tenants", demoTenant);
}

/** Published again only when the text in the repository has changed. */
async function ensureAgent(api: Api): Promise<Agent> {
  const known = await api.find<Agent>("/v1/agents", ({ settings }) => settings.name === demoSettings.name);
  const isCurrent = known?.settings.instructions === demoSettings.instructions;
  if (known !== undefined && isCurrent && known.releaseId !== null) return known;
  const agent =
    known === undefined
      ? await api.call<Agent>("POST", "/v1/agents", { settings: demoSettings })
      : await api.call<Agent>("PUT", `/v1/agents/${known.id}`, { settings: demoSettings });
  await api.call("POST", `/v1/agents/${agent.id}/publish`, { note: "Demo" });
  return agent;
}

async function ensureChannel(
  api: Api,
  agentId: string,
  wanted: ReturnType<typeof webchatChannel> | ReturnType<typeof callbackChannel>,
): Promise<Created> {
  const known = await api.find<Channel>(
    "/v1/channels",
    ({ kind, name }) => kind === wanted.kind && name === wanted.name,
  );
  if (known === undefined) return api.call<Created>("POST", "/v1/channels", { ...wanted, agentId });
  await api.call("PATCH", `/v1/channels/${known.id}`, { config: wanted.config });
  return known;
}

function remembered(): Partial<SeededDemo> {
  try {
    return JSON.parse(readFileSync(file, "utf8"));
  } catch {
    // The first start, or somebody tidied up: everything is made anew.
    return {};
  }
}

/** A key is shown once; when the file that kept it is gone or of another database, a new one is made. */
async function ensureApiKey(api: Api, baseUrl: string, before: Partial<SeededDemo>): Promise<string> {
  if (before.apiKey !== undefined) {
    const response = await fetch(`${baseUrl}/v1/agents?limit=1`, {
      headers: { authorization: `Bearer ${before.apiKey}` },
    });
    await response.body?.cancel();
    if (response.ok) return before.apiKey;
  }
  const scopes = [
    "agents.read",
    "channels.read",
    "conversations.read",
    "conversations.write",
    "dead_letters.read",
    "dead_letters.write",
    "usage.read",
  ];
  const { key } = await api.call<{ key: string }>("POST", "/v1/api-keys", { name: "Demo", scopes });
  return key;
}

/** The demo tenant with its agent and channels, made over the HTTP API alone. Running it again changes nothing. */
export async function seedDemo({ baseUrl, platformKey, callbackBaseUrl, channels }: DemoRequest): Promise<DemoAccess> {
  const platform = new Api(baseUrl, platformKey);
  const tenant = await ensureTenant(platform);
  const api = new Api(baseUrl, platformKey, tenant.id);
  const before = remembered();
  const agent = await ensureAgent(api);
  // Mostly waiting for answers, so the rest is made meanwhile.
  const connecting = connectChannels(api, agent.id, channels);
  connecting.catch(() => undefined);
  const webchat = await ensureChannel(api, agent.id, webchatChannel(new URL(baseUrl).origin));
  const http = await ensureChannel(api, agent.id, callbackChannel(callbackBaseUrl));
  const httpSecrets = http.secrets ?? (before.httpChannelId === http.id ? before.httpSecrets : undefined);
  const seeded: SeededDemo = {
    baseUrl,
    tenantId: tenant.id,
    agentId: agent.id,
    webchatChannelId: webchat.id,
    httpChannelId: http.id,
    apiKey: await ensureApiKey(api, baseUrl, before),
    ...(httpSecrets === undefined ? {} : { httpSecrets }),
  };
  await platform.call("PUT", "/v1/demo", {
    channelId: webchat.id,
    agentName: demoSettings.name,
    outboundUrl: callbackBaseUrl,
  });
  const { url } = await platform.call<{ url: string }>("POST", "/v1/auth/links", {
    tenantId: tenant.id,
    returnTo: "/",
  });
  await connecting;
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(file, `${JSON.stringify(seeded, null, 2)}\n`, { mode: 0o600 });
  return { signInUrl: url };
}
