import { WebchatConfig, WebchatSecrets } from "@charla/channels/webchat";
import { openControlDb } from "@charla/db/open";
import { AppError } from "@charla/domain/errors";
import { isId } from "@charla/domain/ids";
import { readPublicRoute } from "@charla/services/channels/route";
import { openChannelSecrets } from "@charla/services/channels/secrets";
import { requireWithinIpLimit } from "../middleware/rate-limit.ts";
import { keyringOf } from "../keyring.ts";
import { StaleCache } from "@charla/domain/stale-cache";

export type ChatAccount = {
  id: string;
  tenantId: string;
  agentId: string;
  config: WebchatConfig;
  visitorKey: Uint8Array;
  identityKey: Uint8Array;
};

const accounts = new StaleCache<ChatAccount | null>();

/** The web-chat channel of a path; unknown, disabled and of another kind all look the same from outside. */
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
  if (route === null || route.kind !== "webchat" || route.status !== "active") return null;
  const secrets = WebchatSecrets.parse(await openChannelSecrets(keyringOf(env), route));
  const text = new TextEncoder();
  return {
    id: route.id,
    tenantId: route.tenantId,
    agentId: route.agentId,
    config: WebchatConfig.parse(route.config),
    visitorKey: text.encode(secrets.visitorSecret),
    identityKey: text.encode(secrets.identitySecret),
  };
}
