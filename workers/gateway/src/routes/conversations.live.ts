import { AppError } from "@charla/domain/errors";
import { credentialOf } from "@charla/services/context";
import * as z from "zod";
import { upgradeFor } from "../chat/viewer.ts";
import { conversationPath, sequence } from "../schemas.ts";
import { endpoint } from "../endpoint.ts";
import { memberOf } from "../member.ts";
import { conversationById, openSocket } from "../objects.ts";

export const liveView = endpoint({
  id: "watchConversation",
  tag: "conversations",
  method: "get",
  path: "/v1/conversations/{conversationId}/live",
  summary: "Watch a conversation live (WebSocket)",
  description:
    "Frames: a `snapshot` of the log after `after`, then a `row` for every change, and the chunks of an answer as it is written.",
  access: { who: "tenant", permission: "conversations.read" },
  params: conversationPath,
  query: z.strictObject({ after: sequence.default(0) }),
  status: 101,
  handle: ({ c, params, query }) => {
    if (c.req.header("upgrade")?.toLowerCase() !== "websocket") {
      throw new AppError("BAD_REQUEST", "no upgrade", {
        publicMessage: "This address takes WebSocket connections only",
      });
    }
    const { ctx } = c.var;
    const viewer = {
      role: "operator",
      tenantId: ctx.tenantId,
      memberId: memberOf(ctx.actor).id,
      afterSeq: query.after,
      credential: credentialOf(ctx.actor),
      ...("expiresAt" in ctx.actor && { expiresAt: ctx.actor.expiresAt }),
    } as const;
    return openSocket(conversationById(c.env, params.conversationId), upgradeFor(viewer, c.var.requestId));
  },
});
