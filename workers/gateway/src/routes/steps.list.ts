import { StepOut } from "@charla/services/conversations/schemas";
import { listSteps } from "@charla/services/conversations/steps";
import * as z from "zod";
import { endpoint } from "../endpoint.ts";
import { conversationPath, sequence } from "../schemas.ts";

export const stepsList = endpoint({
  id: "listSteps",
  tag: "conversations",
  method: "get",
  path: "/v1/conversations/{conversationId}/turns/{turn}/steps",
  summary: "List the model and tool calls of a turn",
  access: { who: "tenant", permission: "conversations.read" },
  params: conversationPath.extend({ turn: sequence }),
  response: z.object({ data: z.array(StepOut) }),
  handle: async ({ c, params }) => ({ body: { data: await listSteps(c.var.ctx, params) } }),
});
