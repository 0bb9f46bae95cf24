import { newId } from "@charla/domain/ids";
import { attachedFiles } from "@charla/services/files/attach";
import { filesSent } from "@charla/services/files/sent";
import * as z from "zod";
import { conversationPath, idOf } from "../schemas.ts";
import { endpoint } from "../endpoint.ts";
import { memberOf } from "../member.ts";
import { conversationById } from "../objects.ts";

const Body = z
  .strictObject({
    text: z.string().max(16_000).default(""),
    attachments: z
      .array(z.strictObject({ id: idOf("fil") }))
      .max(10)
      .default([])
      .describe("Files that were uploaded to this conversation"),
  })
  .refine(({ text, attachments }) => text.trim() !== "" || attachments.length > 0, "empty");
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
    const { conversationId } = params;
    const ids = body.attachments.map(({ id }) => id);
    const files = ids.length === 0 ? [] : await attachedFiles(ctx, c.env.FILES, { conversationId, ids });
    const sent = await conversationById(c.env, conversationId).sendAsHuman({
      tenantId: ctx.tenantId,
      memberId: member.id,
      ...(member.name === undefined ? {} : { name: member.name }),
      text: body.text.toWellFormed().replaceAll("\0", ""),
      ...(files.length === 0 ? {} : { files }),
      clientId: c.req.header("idempotency-key") ?? newId("request"),
    });
    await filesSent(ctx, ids);
    return { body: sent };
  },
});
