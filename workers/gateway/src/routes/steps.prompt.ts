import * as z from "zod";
import { conversationPath, sequence } from "../schemas.ts";
import { endpoint } from "../endpoint.ts";
import { conversationById } from "../objects.ts";

const Prompt = z.object({ system: z.string(), messages: z.array(z.json()) }).meta({ id: "StepPrompt" });

export const stepPrompt = endpoint({
  id: "getStepPrompt",
  tag: "conversations",
  method: "get",
  path: "/v1/conversations/{conversationId}/turns/{turn}/steps/{n}/prompt",
  summary: "The exact prompt of a model step",
  access: { who: "tenant", permission: "conversations.read" },
  params: conversationPath.extend({ turn: sequence, n: sequence }),
  response: Prompt,
  handle: async ({ c, params }) => {
    const { system, messages } = await conversationById(c.env, params.conversationId).promptOf({
      tenantId: c.var.ctx.tenantId,
      turn: params.turn,
      n: params.n,
    });
    return { body: { system, messages: z.array(z.json()).parse(messages) } };
  },
});
