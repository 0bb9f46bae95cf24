import { VisitorText } from "@charla/domain/webchat";
import * as z from "zod";

const cleanName = z
  .string()
  .max(120)
  .transform((name) =>
    name
      .toWellFormed()
      .replace(/[\p{Cc}\p{Cf}]/gu, "")
      .trim(),
  );

export const SessionRequest = z
  .strictObject({
    name: cleanName.optional(),
    locale: z
      .string()
      .regex(/^[A-Za-z]{2,3}(-[A-Za-z0-9]{2,8}){0,3}$/)
      .optional(),
    identity: z
      .string()
      .max(4096)
      .optional()
      .describe(
        "JWT (HS256), or HMAC-SHA256 in hex of `userId`, made by the tenant's site with the channel's identity secret",
      ),
    userId: z.string().min(1).max(256).optional().describe("Only with an HMAC identity"),
  })
  .meta({ id: "ChatSessionRequest" });

export const SessionResponse = z
  .object({
    token: z.string(),
    expiresAt: z.iso.datetime(),
    conversationId: z.string(),
    agent: z.object({ name: z.string() }),
    demo: z.boolean().describe("True where the built-in demo model answers"),
    title: z.string(),
    color: z.string(),
    greeting: z.string().optional(),
  })
  .meta({ id: "ChatSession" });

export const MessageRequest = z
  .strictObject({
    id: z
      .string()
      .regex(/^[A-Za-z0-9_-]{1,64}$/)
      .describe("The client's own id; sent again with the same id it is not a second message"),
    text: VisitorText,
    action: z.strictObject({ id: z.string().max(256), title: z.string().max(256) }).optional(),
  })
  .meta({ id: "ChatMessageRequest" });

export const MessageResponse = z
  .object({ accepted: z.boolean(), duplicate: z.boolean(), conversationId: z.string() })
  .meta({ id: "ChatAccepted" });

const Sequence = z
  .string()
  .regex(/^\d{1,15}$/)
  .transform(Number);

export const FilePath = z.object({ channelId: z.string(), seq: Sequence, n: Sequence });

export const MessagesQuery = z.strictObject({
  after: Sequence.default(0),
  limit: z
    .string()
    .regex(/^\d{1,3}$/)
    .transform(Number)
    .pipe(z.int().min(1).max(100))
    .default(50),
});

export const EventsQuery = z.strictObject({ after: Sequence.default(0) });
export const SocketQuery = z.strictObject({ token: z.string().max(4096), after: Sequence.default(0) });

export const ChatMessagesResponse = z
  .object({
    data: z.array(
      z.object({
        seq: z.number(),
        id: z.string(),
        role: z.enum(["visitor", "agent", "human", "system"]),
        text: z.string(),
        at: z.number().describe("Milliseconds since 1970, as in the frames of the socket"),
        state: z.string(),
        clientId: z.string().optional(),
        author: z.string().optional(),
        buttons: z.array(z.object({ id: z.string(), title: z.string() })).optional(),
        media: z
          .array(
            z.object({
              type: z.enum(["image", "audio", "voice", "video", "document", "sticker"]),
              mime: z.string(),
              name: z.string().optional(),
              size: z.number().optional(),
            }),
          )
          .optional(),
        deleted: z.boolean().optional(),
      }),
    ),
    lastSeq: z.number(),
  })
  .meta({ id: "ChatMessages" });
