import type { Account, PlatformMail } from "@charla/channels/contract";
import {
  ChannelRoute,
  DEFAULT_HAND_BACK_MINUTES,
  ProviderRecord,
  channelKvKey,
  providerKvKey,
  webhookUrlOf,
} from "@charla/domain/channel-record";
import { revokedKvKey } from "@charla/domain/credential";
import { egressPolicyOf, policedFetch } from "@charla/domain/egress-policy";
import { AppError } from "@charla/domain/errors";
import { StaleCache } from "@charla/domain/stale-cache";
import type { ConversationKey } from "@charla/domain/inbound";
import { ModelVendor } from "@charla/domain/model-vendor";
import type { RetrievalRequest, Retrieved } from "@charla/domain/knowledge";
import type { QueuedProjection } from "@charla/domain/projection";
import { BurstOverride, Release, releaseKvKey, type ModelRef } from "@charla/domain/release";
import type { ConversationRpc, TenantGateRpc, ToolsRpc } from "@charla/domain/rpc";
import type { ModelConnection } from "@charla/models/contract";
import { channelOf } from "@charla/channels/registry";
import { fileLinkPath, type LinkedFile } from "@charla/services/files/link";
import { parseKeyring } from "@charla/services/vault/keyring";
import { aadOf, open } from "@charla/services/vault/seal";
import { KeyHolds } from "./conversation/key-holds.ts";
import { createLogger, type Logger } from "@charla/telemetry/logger";
import { searchKnowledge } from "./knowledge/search.ts";

/** Everything a conversation reaches outside itself; built once per isolate from the bindings. */
export type Deps = {
  clock: () => number;
  fetch: typeof fetch;
  /** The mail service of this installation. */
  sendMail: (mail: PlatformMail) => Promise<{ messageId: string }>;
  log: Logger;
  gate: (tenantId: string) => TenantGateRpc;
  /** Another conversation, by the name of its object. */
  conversation: (name: string) => Pick<ConversationRpc, "accept" | "follow">;
  tools: ToolsRpc;
  events: { send: (event: QueuedProjection) => Promise<unknown> };
  metrics: AnalyticsEngineDataset;
  files: R2Bucket;
  /** A public link to one stored file, good until then. */
  fileUrl: (file: LinkedFile, expiresAt: number) => Promise<string>;
  release: (tenantId: string, releaseId: string) => Promise<Release>;
  account: (key: ConversationKey) => Promise<Account>;
  /** What the channel says about bursts, over the agent's own settings. */
  burst: (key: ConversationKey) => Promise<BurstOverride>;
  /** How long a person who typed on the phone itself keeps the conversation. */
  handBackMinutes: (key: ConversationKey) => Promise<number>;
  channelIsActive: (key: Pick<ConversationKey, "tenantId" | "channelId">) => Promise<boolean>;
  /** Whether a credential was taken back, named as the gateway names who acts. */
  isRevoked: (credential: string) => Promise<boolean>;
  connection: (tenantId: string, ref: ModelRef) => Promise<ModelConnection>;
  holds: KeyHolds;
  /** Looks a question up in the tenant's knowledge bases. */
  knowledge: (tenantId: string, request: RetrievalRequest) => Promise<Retrieved>;
};

type Connected = { isActive: boolean; account: Account; burst: BurstOverride; handBackMinutes: number };

export function createDeps(env: AgentEnv): Deps {
  const clock = (): number => Date.now();
  const keyring = parseKeyring(env.KEK);
  const releases = new StaleCache<Release>({ freshMs: Number.POSITIVE_INFINITY, capacity: 500 });
  const accounts = new StaleCache<Connected>();
  const connections = new StaleCache<ModelConnection>();
  const platformModels: ModelConnection = {
    kind: "workers-ai",
    binding: { run: (model, inputs, options) => runPlatformModel(env.AI, model, inputs, options) },
  };

  // One function for the life of the isolate: model clients are cached by the fetch they use.
  const egress = egressPolicyOf(env.HTTP_ALLOW_LOOPBACK, env.PUBLIC_BASE_URL);
  const outside = policedFetch((input, init) => fetch(input, init), egress);

  const readRecord = async (key: string): Promise<unknown> => {
    const record: unknown = await env.CONFIG.get(key, "json");
    if (record === null) throw new AppError("NOT_FOUND", `no record ${key}`);
    return record;
  };

  const connected = ({ tenantId, channelId }: Pick<ConversationKey, "tenantId" | "channelId">): Promise<Connected> =>
    accounts.get(channelId, clock(), async () => {
      const route = ChannelRoute.parse(await readRecord(channelKvKey(channelId)));
      if (route.tenantId !== tenantId) throw new AppError("NOT_FOUND", "channel of another tenant");
      const channel = channelOf(route.kind);
      if (!channel) throw new AppError("NOT_FOUND", `no channel of kind ${route.kind}`);
      const secrets = await open(keyring, route.wrappedKey, aadOf(tenantId, channelId, "secrets"), route.sealedSecrets);
      const config = channel.configSchema.parse(route.config);
      const account = {
        id: channelId,
        tenantId,
        config,
        secrets: channel.secretsSchema.parse(JSON.parse(secrets)),
        webhookUrl: webhookUrlOf(env.PUBLIC_BASE_URL, route.kind, channelId),
      };
      const { burst, handBackMinutes = DEFAULT_HAND_BACK_MINUTES } = route;
      const isActive = route.status === "active";
      return { isActive, account, burst: BurstOverride.parse(burst ?? {}), handBackMinutes };
    });

  return {
    clock,
    holds: new KeyHolds(),
    fetch: outside,
    sendMail: (mail) => env.EMAIL.send(mail),
    log: createLogger({ worker: "agent" }),
    gate: (tenantId) => env.TENANT_GATE.getByName(tenantId),
    conversation: (name) => env.CONVERSATION.getByName(name),
    tools: env.TOOLS,
    events: env.EVENTS,
    metrics: env.METRICS,
    files: env.FILES,
    fileUrl: async (file, expiresAt) => new URL(await fileLinkPath(keyring, file, expiresAt), env.PUBLIC_BASE_URL).href,
    release: (tenantId, releaseId) => {
      const key = releaseKvKey(tenantId, releaseId);
      return releases.get(key, clock(), async () => Release.parse(await readRecord(key)));
    },
    channelIsActive: async (key) => (await connected(key)).isActive,
    isRevoked: async (credential) => (await env.CONFIG.get(revokedKvKey(credential))) !== null,
    account: async (key) => (await connected(key)).account,
    burst: async (key) => (await connected(key)).burst,
    handBackMinutes: async (key) => (await connected(key)).handBackMinutes,
    knowledge: (tenantId, request) => searchKnowledge(env, tenantId, request),
    connection: (tenantId, ref) => {
      if (ref.provider === "workers-ai") return Promise.resolve(platformModels);
      const key = providerKvKey(tenantId, ref.provider);
      return connections.get(key, clock(), async () => {
        const record = ProviderRecord.parse(await readRecord(key));
        const apiKey = await open(keyring, record.wrappedKey, aadOf(tenantId, record.id, "key"), record.sealedKey);
        return {
          kind: ModelVendor.parse(record.kind),
          baseUrl: record.baseUrl,
          apiKey,
          prices: record.prices,
          fetch: outside,
        };
      });
    },
  };
}

/** The binding's types list today's models one by one; which model is asked for is data here. */
function runPlatformModel(ai: Ai, model: string, inputs: unknown, options?: Record<string, unknown>): Promise<unknown> {
  return ai.run(model as keyof AiModels, inputs as AiModels[keyof AiModels]["inputs"], options);
}
