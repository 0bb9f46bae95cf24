import { listGaps } from "@charla/services/knowledge/list-gaps";
import { KnowledgeGapOut } from "@charla/services/knowledge/schemas";
import { endpoint } from "../endpoint.ts";
import { pageOf, PageQuery } from "../page.ts";

export const knowledgeGapsList = endpoint({
  id: "listKnowledgeGaps",
  tag: "knowledge",
  method: "get",
  path: "/v1/knowledge-gaps",
  summary: "List unanswered questions",
  description:
    "Questions of contacts that nothing in the knowledge bases of their agent is about, newest first. Also requires `conversations.read`.",
  access: { who: "tenant", permission: "knowledge.read" },
  query: PageQuery,
  response: pageOf(KnowledgeGapOut),
  handle: async ({ c, query }) => ({ body: await listGaps(c.var.ctx, query) }),
});
