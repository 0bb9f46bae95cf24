import { updateAgent } from "@charla/services/agents/update";
import { AgentOut } from "@charla/services/agents/schemas";
import { endpoint } from "../endpoint.ts";
import { etagOf, ifMatch } from "../etag.ts";
import { agentPath } from "../schemas.ts";
import { AgentBody, agentExample } from "./agents.create.ts";

export const agentsUpdate = endpoint({
  id: "updateAgent",
  tag: "agents",
  method: "put",
  path: "/v1/agents/{agentId}",
  summary: "Replace an agent's settings",
  description:
    "Send the ETag you read in `If-Match`: a change somebody else made in between gives 412. Publish to put it in force.",
  access: { who: "tenant", permission: "agents.write" },
  params: agentPath,
  body: AgentBody,
  example: agentExample,
  response: AgentOut,
  handle: async ({ c, params, body }) => {
    const ifVersion = ifMatch(c.req.header("if-match"));
    const agent = await updateAgent(c.var.ctx, params.agentId, {
      ...body,
      ...(ifVersion === undefined ? {} : { ifVersion }),
    });
    return { body: agent, etag: etagOf(agent.version) };
  },
});
