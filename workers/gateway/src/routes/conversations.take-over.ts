import * as z from "zod";
import { endpoint } from "../endpoint.ts";
import { memberOf } from "../member.ts";
import { conversationById } from "../objects.ts";
import { OwnerOut, ownerOut } from "../conversation-schemas.ts";
import { conversationPath } from "../schemas.ts";

const Body = z.strictObject({
  until: z.iso.datetime().optional().describe("The conversation goes back by itself at this time"),
  reason: z.string().max(500).optional(),
});

export const takeOver = endpoint({
  id: "takeOverConversation",
  tag: "conversations",
  method: "post",
  path: "/v1/conversations/{conversationId}/take-over",
  summary: "Take a conversation over",
  description: "From this moment no automatic message leaves it until it is handed back.",
  access: { who: "tenant", permission: "conversations.write" },
  params: conversationPath,
  body: Body,
  example: { reason: "The customer asked for a person" },
  response: OwnerOut,
  handle: async ({ c, params, body }) => {
    const { owner } = await conversationById(c.env, params.conversationId).takeOver({
      tenantId: c.var.ctx.tenantId,
      memberId: memberOf(c.var.ctx.actor).id,
      ...(body.until === undefined ? {} : { until: Date.parse(body.until) }),
      ...(body.reason === undefined ? {} : { reason: body.reason }),
    });
    return { body: ownerOut(params.conversationId, owner) };
  },
});
