import { listConversations } from "@charla/services/conversations/list";
import { ConversationOut, ListConversationsInput } from "@charla/services/conversations/schemas";
import * as z from "zod";
import { endpoint } from "../endpoint.ts";
import { pageOf } from "../page.ts";

export const conversationsList = endpoint({
  id: "listConversations",
  tag: "conversations",
  method: "get",
  path: "/v1/conversations",
  summary: "List conversations, the latest first",
  access: { who: "tenant", permission: "conversations.read" },
  query: z.strictObject(ListConversationsInput.shape),
  response: pageOf(ConversationOut),
  handle: async ({ c, query }) => ({ body: await listConversations(c.var.ctx, query) }),
});
