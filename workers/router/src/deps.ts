import { openControlDb } from "@charla/db/open";
import { poolOf } from "@charla/db/pool";
import type { Admission } from "@charla/domain/admission";
import type { ChannelRoute } from "@charla/domain/channel-record";
import { isId, objectIdOf, type Id } from "@charla/domain/ids";
import type { AcceptResult, Arrival } from "@charla/domain/inbound";
import type { KnowledgeJob } from "@charla/domain/knowledge";
import type { SpillEvent } from "@charla/domain/projection";
import type { ConversationRpc, TenantGateRpc } from "@charla/domain/rpc";
import { channelAtAddress } from "@charla/services/channels/address";
import { readAuthority, readPublicRoute } from "@charla/services/channels/route";
import { openChannelSecrets } from "@charla/services/channels/secrets";
import type { PlatformCtx } from "@charla/services/context";
import type { Senders } from "@charla/services/files/unsent";
import type { Outside } from "@charla/services/contacts/erase-conversation";
import { threadAt } from "@charla/services/conversations/thread-at";
import { quarantine } from "@charla/services/dead-letters/quarantine";
import type { Postman } from "@charla/services/notices/send";
import { openTenant } from "@charla/services/tenants/open";
import { parseKeyring } from "@charla/services/vault/keyring";
import { egressPolicyOf, policedFetch } from "@charla/domain/egress-policy";
import { createLogger, type Logger } from "@charla/telemetry/logger";
import type { Dataset } from "@charla/telemetry/metrics";
import { AccountDirectory } from "./accounts.ts";
import type { Readers } from "./readers.ts";
import { sheddingOf, type CountRefused, type CountShed } from "./shedding.ts";
import { tallyIn, type Tally } from "./tally.ts";

export type Quarantine = { tenantId: string; channelId: string; items: { reason: string; raw: string }[] };

/** What handling a webhook reaches outside itself. */
export type Deps = {
  clock: () => number;
  log: Logger;
  metrics: Dataset;
  accounts: AccountDirectory;
  admission: Admission;
  readers: Readers;
  shed: CountShed;
  refused: CountRefused;
  /** The conversation of that object name. */
  conversation: (name: string) => { accept(arrival: Arrival): Promise<AcceptResult> };
  /** The same, where a telephone call is concerned. */
  call: (name: string) => Pick<ConversationRpc, "callStep"> & { fetch(request: Request): Promise<Response> };
  spill: { send(message: SpillEvent): Promise<unknown> };
  /** Reaches vendors, under the policy of egress. */
  fetch: typeof fetch;
  files: {
    put(key: string, bytes: Uint8Array, options: { httpMetadata: { contentType: string } }): Promise<unknown>;
  };
  tally: Tally;
  /** Whose account a mail address is. */
  channelAt: (address: string) => Promise<string | null>;
  /** The thread by which somebody's conversation goes. */
  threadAt: (tenantId: string, of: Parameters<typeof threadAt>[1]) => Promise<string | null>;
  /** Puts items that cannot be read where the tenant sees them. */
  quarantine: (items: Quarantine) => Promise<void>;
};

/** What queues and cron reach besides. */
export type BackstageDeps = Deps & {
  platform: () => Promise<PlatformCtx>;
  conversationById: (id: Id<"conversation">) => Pick<ConversationRpc, "projected" | "poke" | "view">;
  gate: (tenantId: string) => Pick<TenantGateRpc, "settle">;
  /** Wakes whoever reads the documents of knowledge bases. */
  knowledge: { sendBatch(messages: { body: KnowledgeJob }[]): Promise<unknown> };
  /** Where erasing reaches. */
  outside: Outside & { conversation: Senders };
  /** Mail to the people who look after a tenant. */
  postman: Postman;
};

function createDeps(env: RouterEnv): BackstageDeps {
  const clock = (): number => Date.now();
  const log = createLogger({ worker: "router" });
  const keyring = parseKeyring(env.KEK);
  const egress = egressPolicyOf(env.HTTP_ALLOW_LOOPBACK, env.PUBLIC_BASE_URL);
  const platform = async (): Promise<PlatformCtx> => ({
    actor: { type: "system" },
    control: await openControlDb(env.CONTROL_DB),
    pool: poolOf(env),
    config: env.CONFIG,
    files: env.FILES,
    keyring,
    now: clock,
    publicBaseUrl: env.PUBLIC_BASE_URL,
    egress,
    gateOf: (tenantId) => env.TENANT_GATE.getByName(tenantId),
  });
  const conversationById = (id: Id<"conversation">) =>
    env.CONVERSATION.get(env.CONVERSATION.idFromString(objectIdOf(id)));
  const sources = {
    route: (channelId: string) =>
      readPublicRoute({ config: env.CONFIG, control: async () => (await platform()).control }, channelId),
    authority: async (channelId: string) => readAuthority((await platform()).control, channelId),
    secrets: (route: ChannelRoute) => openChannelSecrets(keyring, route),
    publicBaseUrl: env.PUBLIC_BASE_URL,
  };
  return {
    clock,
    log,
    metrics: env.METRICS,
    accounts: new AccountDirectory(sources, log),
    ...sheddingOf(env, log),
    conversation: (name) => env.CONVERSATION.getByName(name),
    call: (name) => env.CONVERSATION.getByName(name),
    spill: env.INBOUND,
    fetch: policedFetch((input, init) => fetch(input, init), egress),
    files: env.FILES,
    tally: tallyIn(env.CONFIG, (error) => log.warn("tally:failed", { error })),
    channelAt: async (address) =>
      channelAtAddress({ config: env.CONFIG, control: async () => (await platform()).control }, address),
    threadAt: async (tenantId, of) => threadAt(await openTenant(await platform(), tenantId), of),
    quarantine: async ({ tenantId, channelId, items }) => {
      await quarantine(await openTenant(await platform(), tenantId), { channelId, items });
    },
    platform,
    conversationById,
    outside: {
      bucket: env.FILES,
      conversation: (id) => {
        if (!isId("conversation", id)) throw new TypeError("not a conversation's id");
        return conversationById(id);
      },
    },
    gate: (tenantId) => env.TENANT_GATE.getByName(tenantId),
    knowledge: env.KNOWLEDGE_JOBS,
    postman: {
      from: env.NOTICE_SENDER,
      send: (mail) => env.EMAIL.send(mail),
      failed: (error) => log.error("notice:failed", { error }),
    },
  };
}

let shared: BackstageDeps | undefined;

/** Built once per isolate: what is remembered in it outlives a request. */
export function depsOf(env: RouterEnv): BackstageDeps {
  return (shared ??= createDeps(env));
}
