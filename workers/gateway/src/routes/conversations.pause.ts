import { AppError } from "@charla/domain/errors";
import * as z from "zod";
import { endpoint } from "../endpoint.ts";
import { conversationById } from "../objects.ts";
import { memberOf } from "../member.ts";
import { OwnerOut, ownerOut } from "../conversation-schemas.ts";
import { conversationPath } from "../schemas.ts";

const LONGEST_PAUSE_MS = 366 * 86_400_000;

function instantOf(until: string, now: number): number {
  const at = Date.parse(until);
  if (at > now && at <= now + LONGEST_PAUSE_MS) return at;
  throw new AppError("BAD_REQUEST", "pause out of range", {
    fields: [
      { path: "body.until", message: { es: "en el futuro, dentro de un año", en: "in the future, within a year" } },
    ],
  });
}

export const pauseConversation = endpoint({
  id: "pauseConversation",
  tag: "conversations",
  method: "post",
  path: "/v1/conversations/{conversationId}/pause",
  summary: "Keep the agent quiet until a given time",
  description: "Refused (`CONFLICT`) while a person holds the conversation for longer than that: hand it back first.",
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
      by: memberOf(ctx.actor).id,
    });
    return { body: ownerOut(params.conversationId, owner) };
  },
});
