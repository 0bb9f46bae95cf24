import { listMessages } from "@charla/services/conversations/messages";
import { MessageOut } from "@charla/services/conversations/schemas";
import { endpoint } from "../endpoint.ts";
import { pageOf, PageQuery } from "../page.ts";
import { conversationPath } from "../schemas.ts";

export const messagesList = endpoint({
  id: "listMessages",
  tag: "conversations",
  method: "get",
  path: "/v1/conversations/{conversationId}/messages",
  summary: "List a conversation's messages, the newest first",
  access: { who: "tenant", permission: "conversations.read" },
  params: conversationPath,
  query: PageQuery,
  response: pageOf(MessageOut),
  handle: async ({ c, params, query }) => ({ body: await listMessages(c.var.ctx, { ...params, ...query }) }),
});
