import { AppError } from "@charla/domain/errors";
import * as z from "zod";
import { actorName } from "@charla/services/context";
import { endpoint } from "../endpoint.ts";
import { conversationById } from "../objects.ts";
import { OwnerOut, ownerOut } from "../conversation-schemas.ts";
import { conversationPath } from "../schemas.ts";

const LONGEST_PAUSE_MS = 366 * 86_400_000;

function instantOf(until: string, now: number): number {
  const at = Date.parse(until);
  if (at > now && at <= now + LONGEST_PAUSE_MS) return at;
  throw new AppError("BAD_REQUEST", "pause out of range", {
    fields: [{ path: "body.until", message: "in the future, within a year" }],
  });
}

export const pauseConversation = endpoint({
  id: "pauseConversation",
  tag: "conversations",
  method: "post",
  path: "/v1/conversations/{conversationId}/pause",
  summary: "Keep the agent quiet until a given time",
  access: { who: "tenant", permission: "conversations.write" },
  params: conversationPath,
  body: z.strictObject({ until: z.iso.datetime() }),
  example: { until: "2026-12-24T18:00:00Z" },
  response: OwnerOut,
  handle: async ({ c, params, body }) => {
    const { ctx } = c.var;
    const { owner } = await conversationById(c.env, params.conversationId).pauseUntil({
      tenantId: ctx.tenantId,
      until: instantOf(body.until, Date.now()),
      by: actorName(ctx.actor),
    });
    return { body: ownerOut(params.conversationId, owner) };
  },
});
