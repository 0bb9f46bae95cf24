import { AppError } from "@charla/domain/errors";
import { actorName } from "@charla/services/context";
import { getDeadLetter } from "@charla/services/dead-letters/get";
import * as z from "zod";
import { endpoint } from "../endpoint.ts";
import { conversationById } from "../objects.ts";
import { deadLetterPath } from "../schemas.ts";

const Replayed = z
  .object({ id: z.string(), conversationId: z.string(), seq: z.int(), state: z.string() })
  .meta({ id: "ReplayedDeadLetter" });

export const deadLettersReplay = endpoint({
  id: "replayDeadLetter",
  tag: "dead-letters",
  method: "post",
  path: "/v1/dead-letters/{deadLetterId}/replay",
  summary: "Put a dead message or turn back to work",
  access: { who: "tenant", permission: "dead_letters.write" },
  params: deadLetterPath,
  body: z.strictObject({}),
  example: {},
  response: Replayed,
  status: 202,
  handle: async ({ c, params }) => {
    const { ctx } = c.var;
    const letter = await getDeadLetter(ctx, params.deadLetterId);
    if (!letter.conversationId || letter.seq === null) {
      throw new AppError("CONFLICT", "nothing to replay", {
        publicMessage: {
          es: "Este evento no se pudo leer; solo se puede dar por resuelto",
          en: "This event could not be read; it can only be resolved",
        },
      });
    }
    const { seq, state } = await conversationById(c.env, letter.conversationId).replay({
      tenantId: ctx.tenantId,
      seq: letter.seq,
      by: actorName(ctx.actor),
    });
    return { body: { id: params.deadLetterId, conversationId: letter.conversationId, seq, state } };
  },
});
