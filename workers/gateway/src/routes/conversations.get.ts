import { getConversation } from "@charla/services/conversations/get";
import { ConversationOut } from "@charla/services/conversations/schemas";
import { endpoint } from "../endpoint.ts";
import { conversationPath } from "../schemas.ts";

export const conversationsGet = endpoint({
  id: "getConversation",
  tag: "conversations",
  method: "get",
  path: "/v1/conversations/{conversationId}",
  summary: "Read a conversation",
  access: { who: "tenant", permission: "conversations.read" },
  params: conversationPath,
  response: ConversationOut,
  handle: async ({ c, params }) => ({ body: await getConversation(c.var.ctx, params.conversationId) }),
});
