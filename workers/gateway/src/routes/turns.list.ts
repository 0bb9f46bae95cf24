import { TurnOut } from "@charla/services/conversations/schemas";
import { listTurns } from "@charla/services/conversations/turns";
import { endpoint } from "../endpoint.ts";
import { pageOf, PageQuery } from "../page.ts";
import { conversationPath } from "../schemas.ts";

export const turnsList = endpoint({
  id: "listTurns",
  tag: "conversations",
  method: "get",
  path: "/v1/conversations/{conversationId}/turns",
  summary: "List a conversation's turns with their steps, the newest first",
  access: { who: "tenant", permission: "conversations.read" },
  params: conversationPath,
  query: PageQuery,
  response: pageOf(TurnOut),
  handle: async ({ c, params, query }) => ({ body: await listTurns(c.var.ctx, { ...params, ...query }) }),
});
