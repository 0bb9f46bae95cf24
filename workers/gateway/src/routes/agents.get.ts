import { getAgent } from "@charla/services/agents/get";
import { AgentOut } from "@charla/services/agents/schemas";
import { endpoint } from "../endpoint.ts";
import { etagOf } from "../etag.ts";
import { agentPath } from "../schemas.ts";

export const agentsGet = endpoint({
  id: "getAgent",
  tag: "agents",
  method: "get",
  path: "/v1/agents/{agentId}",
  summary: "Read an agent",
  description: "The draft as it is edited; what runs is the release named in `releaseId`.",
  access: { who: "tenant", permission: "agents.read" },
  params: agentPath,
  response: AgentOut,
  handle: async ({ c, params }) => {
    const agent = await getAgent(c.var.ctx, params.agentId);
    return { body: agent, etag: etagOf(agent.version) };
  },
});
