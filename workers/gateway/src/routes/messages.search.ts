import { MessageOut, SearchMessagesInput } from "@charla/services/conversations/schemas";
import { searchMessages } from "@charla/services/conversations/search";
import * as z from "zod";
import { endpoint } from "../endpoint.ts";
import { pageOf } from "../page.ts";

export const messagesSearch = endpoint({
  id: "searchMessages",
  tag: "conversations",
  method: "get",
  path: "/v1/messages/search",
  summary: "Find messages by their words",
  description: "Whole words; all of them have to occur. The index holds keyed hashes, never text.",
  access: { who: "tenant", permission: "conversations.read" },
  query: z.strictObject(SearchMessagesInput.shape),
  response: pageOf(MessageOut),
  handle: async ({ c, query }) => ({ body: await searchMessages(c.var.ctx, query) }),
});
