import * as z from "zod";
import { actorName } from "@charla/services/context";
import { endpoint } from "../endpoint.ts";
import { conversationById } from "../objects.ts";
import { OwnerOut, ownerOut } from "../conversation-schemas.ts";
import { conversationPath } from "../schemas.ts";

export const handBack = endpoint({
  id: "handBackConversation",
  tag: "conversations",
  method: "post",
  path: "/v1/conversations/{conversationId}/hand-back",
  summary: "Hand a conversation back to the agent",
  access: { who: "tenant", permission: "conversations.write" },
  params: conversationPath,
  body: z.strictObject({}),
  example: {},
  response: OwnerOut,
  handle: async ({ c, params }) => {
    const { ctx } = c.var;
    const { owner } = await conversationById(c.env, params.conversationId).handBack({
      tenantId: ctx.tenantId,
      by: actorName(ctx.actor),
    });
    return { body: ownerOut(params.conversationId, owner) };
  },
});
