import { listAgents } from "@charla/services/agents/list";
import { AgentOut } from "@charla/services/agents/schemas";
import { endpoint } from "../endpoint.ts";
import { pageOf, PageQuery } from "../page.ts";

export const agentsList = endpoint({
  id: "listAgents",
  tag: "agents",
  method: "get",
  path: "/v1/agents",
  summary: "List agents",
  access: { who: "tenant", permission: "agents.read" },
  query: PageQuery,
  response: pageOf(AgentOut),
  handle: async ({ c, query }) => ({ body: await listAgents(c.var.ctx, query) }),
});
