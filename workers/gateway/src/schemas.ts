import * as z from "zod";
import { errorCodes } from "./errors.ts";

/** RFC 9457 as every error of the API looks. */
export const Problem = z
  .object({
    type: z.string(),
    title: z.string(),
    status: z.int(),
    detail: z.string(),
    code: z.enum(errorCodes),
    requestId: z.string(),
    errors: z.array(z.object({ path: z.string(), message: z.string() })),
  })
  .meta({ id: "Problem" });

export const idOf = (prefix: string) =>
  z
    .string()
    .regex(new RegExp(`^${prefix}_[0-9a-hjkmnp-tv-z]{26}$`))
    .meta({ example: `${prefix}_01kbd0mz3v7q2x9c4f6g8h1j5k` });

export const conversationId = z
  .string()
  .regex(/^cnv_[0-9a-f]{64}$/)
  .meta({ example: `cnv_${"0f".repeat(32)}` });

/** A number of a log row as it stands in a path or a query. */
export const sequence = z
  .string()
  .regex(/^\d{1,15}$/)
  .transform(Number)
  .meta({ example: 7 });

export const tenantPath = z.object({ tenantId: idOf("ten") });
export const agentPath = z.object({ agentId: idOf("agt") });
export const channelPath = z.object({ channelId: idOf("chn") });
export const channelKindPath = z.object({
  kind: z
    .string()
    .regex(/^[a-z][a-z0-9-]{0,63}$/)
    .meta({ example: "telegram" }),
});
export const providerPath = z.object({ providerId: idOf("prv") });
export const knowledgeBasePath = z.object({ knowledgeBaseId: idOf("kb") });
export const knowledgeDocumentPath = z.object({ knowledgeBaseId: idOf("kb"), documentId: idOf("doc") });
export const apiKeyPath = z.object({ apiKeyId: idOf("key") });
export const deadLetterPath = z.object({ deadLetterId: idOf("ded") });
export const deadEventPath = z.object({ deadEventId: idOf("evt") });
export const contactPath = z.object({ contactId: idOf("con") });
export const conversationPath = z.object({ conversationId });
export const messageFilePath = z.object({ conversationId, seq: sequence, n: sequence });
