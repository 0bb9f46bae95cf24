import { requirePermission } from "@charla/services/auth/permissions";
import { requireBases } from "@charla/services/knowledge/internal";
import { KnowledgeSearchOut, SearchKnowledgeInput } from "@charla/services/knowledge/schemas";
import { endpoint } from "../endpoint.ts";

export const knowledgeSearch = endpoint({
  id: "searchKnowledge",
  tag: "knowledge",
  method: "post",
  path: "/v1/knowledge/search",
  summary: "Look a question up",
  description:
    "What an agent with these knowledge bases would be shown for this question, and why: what both ways of looking found, and how well.",
  access: { who: "tenant", permission: "knowledge.read" },
  body: SearchKnowledgeInput,
  example: { query: "How long do repairs take?", knowledgeBaseIds: ["kb_01kbd0mz3v7q2x9c4f6g8h1j5k"] },
  response: KnowledgeSearchOut,
  handle: async ({ c, body: { query, knowledgeBaseIds, limit } }) => {
    const { ctx } = c.var;
    requirePermission(ctx, "knowledge.read");
    await requireBases(ctx, knowledgeBaseIds, "knowledgeBaseIds");
    const request = { tenantId: ctx.tenantId, query, bases: knowledgeBaseIds, limit };
    const { passages, degraded, terms, dropped, ms } = await c.env.KNOWLEDGE.search(request);
    return {
      body: {
        query,
        terms,
        found: passages.length > 0,
        dropped,
        degraded: degraded ?? null,
        ms,
        passages: passages.map(({ baseId, ...passage }) => ({ ...passage, knowledgeBaseId: baseId })),
      },
    };
  },
});
