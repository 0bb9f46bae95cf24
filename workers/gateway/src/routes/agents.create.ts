import { AgentSettings } from "@charla/domain/release";
import { createAgent } from "@charla/services/agents/create";
import { AgentOut } from "@charla/services/agents/schemas";
import * as z from "zod";
import { endpoint } from "../endpoint.ts";
import { etagOf } from "../etag.ts";

export const agentExample = {
  settings: {
    name: "La Cadena",
    instructions: "Atiendes el chat de un taller de bicicletas. Abrimos de lunes a viernes de 9:30 a 20:00.",
    language: "es",
    model: { provider: "workers-ai", model: "@cf/meta/llama-3.3-70b-instruct-fp8-fast" },
  },
};

export const AgentBody = z.strictObject({
  settings: z.strictObject(AgentSettings.shape).meta({ id: "AgentSettings" }),
});

export const agentsCreate = endpoint({
  id: "createAgent",
  tag: "agents",
  method: "post",
  path: "/v1/agents",
  summary: "Create an agent",
  description: "A draft: it answers nobody until it is published.",
  access: { who: "tenant", permission: "agents.write" },
  body: AgentBody,
  example: agentExample,
  response: AgentOut,
  status: 201,
  handle: async ({ c, body }) => {
    const agent = await createAgent(c.var.ctx, body);
    return { body: agent, etag: etagOf(agent.version), location: `/v1/agents/${agent.id}` };
  },
});
