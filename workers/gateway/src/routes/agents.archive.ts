import { archiveAgent } from "@charla/services/agents/archive";
import { endpoint } from "../endpoint.ts";
import { agentPath } from "../schemas.ts";

export const agentsArchive = endpoint({
  id: "archiveAgent",
  tag: "agents",
  method: "delete",
  path: "/v1/agents/{agentId}",
  summary: "Archive an agent",
  description: "Its conversations and releases stay readable.",
  access: { who: "tenant", permission: "agents.write" },
  params: agentPath,
  status: 204,
  handle: async ({ c, params }) => ({ body: await archiveAgent(c.var.ctx, params.agentId) }),
});
