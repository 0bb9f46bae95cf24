import * as z from "zod";
import type { Media } from "./inbound.ts";

/** Made by the client, which knows by it what an answer is about. */
export const ClientId = z.string().regex(/^[A-Za-z0-9_-]{1,64}$/);

/** Something must be said; what nobody can see or store is nothing. */
export const VisitorText = z
  .string()
  .max(16_000)
  .refine((text) => /[^\s\0]/.test(text), "empty");

/** Frames of the web-chat protocol, version 1. JSON text over a WebSocket; `docs/webchat-protocol.md` explains them. */
export const ClientFrame = z.discriminatedUnion("type", [
  z.object({
    v: z.literal(1),
    type: z.literal("message"),
    id: ClientId,
    text: VisitorText,
    action: z.object({ id: z.string().max(256), title: z.string().max(256) }).optional(),
  }),
  z.object({
    v: z.literal(1),
    type: z.literal("seen"),
    seq: z.int().nonnegative(),
    state: z.enum(["delivered", "read"]),
  }),
  z.object({ v: z.literal(1), type: z.literal("typing"), on: z.boolean() }),
  z.object({
    v: z.literal(1),
    type: z.literal("history"),
    before: z.int().positive(),
    limit: z.int().min(1).max(100),
    id: ClientId.optional(),
  }),
  z.object({ v: z.literal(1), type: z.literal("end"), id: ClientId }),
]);
export type ClientFrame = z.infer<typeof ClientFrame>;

/** What an operator's live view may ask for: the rows after a number, where a snapshot did not hold them all. */
export const OperatorFrame = z.object({ v: z.literal(1), type: z.literal("rows"), after: z.int().nonnegative() });
export type OperatorFrame = z.infer<typeof OperatorFrame>;

export type ChatRole = "visitor" | "agent" | "human" | "system";
export type ChatFile = { type: Media["type"]; mime: string; name?: string; size?: number };
export type ChatMessage = {
  seq: number;
  id: string;
  role: ChatRole;
  text: string;
  at: number;
  state: string;
  clientId?: string;
  author?: string;
  buttons?: { id: string; title: string }[];
  /** Files of the message; a link to one is asked for by its place in the list. */
  media?: ChatFile[];
  deleted?: boolean;
};

export type ServerFrame =
  | {
      v: 1;
      type: "ready";
      conversationId: string;
      seq: number;
      agent: { name: string };
      owner: "ai" | "human" | "paused";
      demo: boolean;
      /** Whether the messages that follow are all there are after the number that was asked for. */
      complete: boolean;
    }
  | { v: 1; type: "message"; message: ChatMessage }
  | { v: 1; type: "accepted"; id: string; seq: number; duplicate: boolean }
  | { v: 1; type: "chunk"; turnId: string; index: number; text: string }
  /** What was streamed so far is void (superseded, restarted, taken over). */
  | { v: 1; type: "chunk_reset"; turnId: string }
  | { v: 1; type: "typing"; on: boolean; who: ChatRole }
  | { v: 1; type: "status"; seq: number; state: string }
  | { v: 1; type: "owner"; owner: "ai" | "human" | "paused" }
  | { v: 1; type: "history"; messages: ChatMessage[]; more: boolean; id?: string }
  | { v: 1; type: "ended"; id: string }
  /** `id` is the client id of what the error is about; without it the error is about the connection. */
  | { v: 1; type: "error"; code: string; message: string; id?: string; retryAfterMs?: number };

/** A token, key or session that let the socket in is not good any more. */
export const CREDENTIAL_GONE_CLOSE = 4401;
/** The channel was switched off. */
export const NO_CHAT_CLOSE = 4404;
/** Said before a socket is closed that went on too fast after it was told to slow down. */
export const TOO_FAST_CLOSE = 4429;

/** What an operator's live view receives besides: every row of the log as it changes. */
export type LiveFrame =
  | ServerFrame
  | { v: 1; type: "row"; row: import("./log.ts").LogRow }
  /** The rows after `after`, oldest first. `more`: there are others between the last of them and `seq`, to be asked for. */
  | { v: 1; type: "snapshot"; rows: import("./log.ts").LogRow[]; seq: number; after: number; more: boolean };
