import { VIEWER_HEADER, type Viewer } from "@charla/domain/rpc";
import type { ConversationKey } from "@charla/domain/inbound";
import { conversationByKey, openSocket } from "../objects.ts";
import type { ChatAccount } from "./account.ts";
import { agentCard } from "./agent-card.ts";
import type { Visitor } from "./visitor-token.ts";

export const chatKey = (account: ChatAccount, visitor: Visitor): ConversationKey => ({
  tenantId: account.tenantId,
  channelId: account.id,
  thread: visitor.id,
});

export const contactOf = (visitor: Visitor) => ({
  address: visitor.id,
  ...(visitor.userId === undefined ? {} : { aliases: [visitor.userId] }),
  ...(visitor.name === undefined ? {} : { name: visitor.name }),
  ...(visitor.locale === undefined ? {} : { locale: visitor.locale }),
});

/** Opens the conversation's own socket for a visitor; the token stays here and never reaches the object. */
export async function openVisitorSocket(
  env: GatewayEnv,
  account: ChatAccount,
  visitor: Visitor,
  afterSeq: number,
  now: number,
  requestId: string,
): Promise<Response> {
  const card = await agentCard(env, account, now);
  const viewer: Viewer = {
    role: "visitor",
    tenantId: account.tenantId,
    channelId: account.id,
    channelKind: account.kind,
    agentId: account.agentId,
    agentName: card.name,
    thread: visitor.id,
    contact: contactOf(visitor),
    afterSeq,
    demo: card.demo,
    ...(visitor.expiresAt !== undefined && { expiresAt: visitor.expiresAt }),
  };
  return openSocket(conversationByKey(env, chatKey(account, visitor)), upgradeFor(viewer, requestId));
}

/** A fresh request, so that nothing a client sent can pass for one of our own headers. Headers carry only ASCII. */
export function upgradeFor(viewer: Viewer, requestId: string): Request {
  const ascii = JSON.stringify(viewer).replace(
    /[\u007f-\uffff]/g,
    (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, "0")}`,
  );
  return new Request("https://conversation/socket", {
    headers: { upgrade: "websocket", connection: "upgrade", [VIEWER_HEADER]: ascii, "x-request-id": requestId },
  });
}
