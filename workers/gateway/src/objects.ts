import { AppError } from "@charla/domain/errors";
import { isId, objectIdOf } from "@charla/domain/ids";
import type { ConversationKey } from "@charla/domain/inbound";
import { objectNameOf } from "@charla/domain/inbound";
import type { ConversationRpc, TenantGateRpc } from "@charla/domain/rpc";

export type ConversationStub = ConversationRpc & { fetch(request: Request): Promise<Response> };
type ObjectEnv = Pick<GatewayEnv, "CONVERSATION" | "TENANT_GATE">;

/** The object of a conversation's id. An id that no object can have is as unknown as one that does not exist. */
export function conversationById(env: ObjectEnv, conversationId: string): ConversationStub {
  if (!isId("conversation", conversationId)) throw noSuchConversation();
  let id: DurableObjectId;
  try {
    id = env.CONVERSATION.idFromString(objectIdOf(conversationId));
  } catch {
    throw noSuchConversation();
  }
  return env.CONVERSATION.get(id);
}

export const noSuchConversation = (): AppError => new AppError("NOT_FOUND", "no such conversation");

/** The conversation's socket; its refusals become ours, so that they look like every other answer. */
export async function openSocket(conversation: ConversationStub, upgrade: Request): Promise<Response> {
  const response = await conversation.fetch(upgrade);
  if (response.status === 101) return response;
  await response.body?.cancel();
  if (response.status === 404) throw noSuchConversation();
  throw new AppError("UNAVAILABLE", `conversation refused the socket with ${response.status}`);
}

export const conversationByKey = (env: ObjectEnv, key: ConversationKey): ConversationStub =>
  env.CONVERSATION.getByName(objectNameOf(key));

export const conversationIdByKey = (env: ObjectEnv, key: ConversationKey): string =>
  `cnv_${env.CONVERSATION.idFromName(objectNameOf(key)).toString()}`;

export const gateOf = (env: ObjectEnv, tenantId: string): TenantGateRpc => env.TENANT_GATE.getByName(tenantId);
