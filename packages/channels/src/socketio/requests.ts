import { ClientId } from "@charla/domain/webchat";
import * as z from "zod";

const MAX_TEXT = 16_000;

/** Clients name the same thing in several ways; the first one that is there counts. */
const Message = z.looseObject({
  content: z.string().optional(),
  text: z.string().optional(),
  message: z.string().optional(),
  clientMessageId: ClientId.optional(),
  id: ClientId.optional(),
  conversationId: z.string().optional(),
  action: z.object({ id: z.string().max(256), title: z.string().max(256) }).optional(),
});

const Query = z.looseObject({
  conversationId: z.string().optional(),
  id: z.string().optional(),
  before: z.int().positive().default(Number.MAX_SAFE_INTEGER),
  limit: z.int().min(1).max(100).default(50),
});

const Typing = z.looseObject({ on: z.boolean() });
const Seen = z.looseObject({ seq: z.int().nonnegative(), state: z.enum(["delivered", "read"]).default("read") });

export type Refusal = { code: "BAD_REQUEST" | "PAYLOAD_TOO_LARGE"; message: string };
type Read<T> = { ok: true; request: T } | { ok: false; refusal: Refusal };

const refused = (message: string, code: Refusal["code"] = "BAD_REQUEST"): Read<never> => ({
  ok: false,
  refusal: { code, message },
});

/** A bare value stands for the one field that matters. */
function read<T extends z.ZodType>(schema: T, payload: unknown, bare: string): Read<z.output<T>> {
  const isBare = typeof payload === "string" || typeof payload === "boolean";
  const parsed = schema.safeParse(isBare ? { [bare]: payload } : (payload ?? {}));
  if (parsed.success) return { ok: true, request: parsed.data };
  return refused(`${parsed.error.issues[0]?.path.join(".") || "the argument"} is not valid`);
}

export type MessageRequest = {
  text: string;
  id: string | undefined;
  conversationId: string | undefined;
  action: { id: string; title: string } | undefined;
};

export function messageRequest(payload: unknown): Read<MessageRequest> {
  const given = read(Message, payload, "content");
  if (!given.ok) return given;
  const { content, text, message, clientMessageId, id, conversationId, action } = given.request;
  const said = content ?? text ?? message ?? action?.title ?? "";
  if (said.trim() === "") return refused("content is empty");
  if (said.length > MAX_TEXT) return refused(`content has more than ${MAX_TEXT} characters`, "PAYLOAD_TOO_LARGE");
  return { ok: true, request: { text: said, id: clientMessageId ?? id, conversationId, action } };
}

export type ConversationQuery = { conversationId: string | undefined; before: number; limit: number };

/** What names a conversation, or none for the only one there is. */
export function conversationQuery(payload: unknown): Read<ConversationQuery> {
  const given = read(Query, payload, "id");
  if (!given.ok) return given;
  const { conversationId, id, before, limit } = given.request;
  return { ok: true, request: { conversationId: conversationId ?? id, before, limit } };
}

export const typingRequest = (payload: unknown): Read<z.output<typeof Typing>> => read(Typing, payload, "on");
export const seenRequest = (payload: unknown): Read<z.output<typeof Seen>> => read(Seen, payload, "seq");
