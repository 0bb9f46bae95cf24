import { VisitorSecrets } from "@charla/channels/visitors";
import { WebchatConfig } from "@charla/channels/webchat";
import { openControlDb } from "@charla/db/open";
import { AppError } from "@charla/domain/errors";
import { isId } from "@charla/domain/ids";
import { readPublicRoute } from "@charla/services/channels/route";
import { openChannelSecrets } from "@charla/services/channels/secrets";
import { requireWithinIpLimit } from "../middleware/rate-limit.ts";
import { keyringOf } from "../keyring.ts";
import { StaleCache } from "@charla/domain/stale-cache";

/** Channels whose people come here themselves. They differ in what is spoken on an open connection. */
const KINDS = ["webchat", "socketio"] as const;
type ChatKind = (typeof KINDS)[number];

export type ChatAccount = {
  id: string;
  kind: ChatKind;
  tenantId: string;
  agentId: string;
  config: WebchatConfig;
  visitorKey: Uint8Array;
  identityKey: Uint8Array;
};

const accounts = new StaleCache<ChatAccount | null>();

/** The chat channel of a path or a token; unknown, disabled and of another kind all look the same from outside. */
export async function chatAccount(
  env: GatewayEnv,
  request: Request,
  channelId: string,
  now: number,
): Promise<ChatAccount> {
  if (!isId("channel", channelId)) throw noSuchChat();
  const account = await accounts.get(channelId, now, async () => {
    // Looking for channels costs the looker his quota; those that are known by now cost nothing.
    await requireWithinIpLimit(env, request, "chat-account");
    return load(env, channelId);
  });
  if (account === null) throw noSuchChat();
  return account;
}

const noSuchChat = (): AppError => new AppError("NOT_FOUND", "no such web chat");

async function load(env: GatewayEnv, channelId: string): Promise<ChatAccount | null> {
  const route = await readPublicRoute({ config: env.CONFIG, control: () => openControlDb(env.CONTROL_DB) }, channelId);
  const kind = KINDS.find((known) => known === route?.kind);
  if (route === null || kind === undefined || route.status !== "active") return null;
  const secrets = VisitorSecrets.parse(await openChannelSecrets(keyringOf(env), route));
  const text = new TextEncoder();
  return {
    id: route.id,
    kind,
    tenantId: route.tenantId,
    agentId: route.agentId,
    config: WebchatConfig.parse(route.config),
    visitorKey: text.encode(secrets.visitorSecret),
    identityKey: text.encode(secrets.identitySecret),
  };
}
