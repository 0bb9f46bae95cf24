import { newId } from "@charla/domain/ids";
import * as z from "zod";
import { conversationPath } from "../schemas.ts";
import { endpoint } from "../endpoint.ts";
import { memberOf } from "../member.ts";
import { conversationById } from "../objects.ts";

const Body = z.strictObject({
  text: z
    .string()
    .max(16_000)
    .refine((text) => text.trim() !== "", "empty"),
});
const Sent = z.object({ id: z.string(), seq: z.int(), duplicate: z.boolean() }).meta({ id: "SentMessage" });

export const sendMessage = endpoint({
  id: "sendMessage",
  tag: "conversations",
  method: "post",
  path: "/v1/conversations/{conversationId}/messages",
  summary: "Answer as a person",
  description:
    "Takes the conversation over when nobody holds it. Repeated with the same Idempotency-Key it is sent once.",
  access: { who: "tenant", permission: "conversations.write" },
  params: conversationPath,
  body: Body,
  example: { text: "Hola, soy Marta del taller. ¿En qué puedo ayudarte?" },
  response: Sent,
  status: 202,
  handle: async ({ c, params, body }) => {
    const { ctx } = c.var;
    const member = memberOf(ctx.actor);
    const sent = await conversationById(c.env, params.conversationId).sendAsHuman({
      tenantId: ctx.tenantId,
      memberId: member.id,
      ...(member.name === undefined ? {} : { name: member.name }),
      text: body.text.toWellFormed().replaceAll("\0", ""),
      clientId: c.req.header("idempotency-key") ?? newId("request"),
    });
    return { body: sent };
  },
});
