import type { Contact, DeliveryStatus, InboundEvent, SendErrorClass } from "@charla/domain/inbound";
import type * as z from "zod";

/** A connected account with its configuration parsed and its secrets opened; never stored in this form. */
export type Account<C = unknown, S = unknown> = { id: string; tenantId: string; config: C; secrets: S };

export type WebhookRequest = { method: string; url: URL; headers: Headers; rawBody: Uint8Array };

export type Verdict = { ok: true } | { ok: false; status: 401 | 403; reason: string };

/** What one webhook held, split by conversation. A poisoned item never takes its neighbours with it. */
export type ParsedWebhook = {
  arrivals: { thread: string; contact: Contact; events: InboundEvent[]; statuses: DeliveryStatus[] }[];
  rejected: { index: number; reason: string; raw: string }[];
};

export type Button = { id: string; title: string };
export type Answer = { text: string; buttons?: Button[] };

export type Outgoing = {
  id: string;
  thread: string;
  contact: Contact;
  bubble: Answer;
  inReplyTo: string[];
  author: "ai" | "human" | "system";
  turnId: string | null;
  createdAt: number;
  tries: number;
};

export type SendResult =
  | { ok: true; providerId?: string; state: "sent" | "delivered" }
  | { ok: false; class: SendErrorClass; message: string; retryAfterMs?: number };

/** What the outside must be told apart: how a send whose result we did not see can be settled (reliability G5). */
export type AmbiguousTier =
  | { tier: "key"; windowMs: number }
  | { tier: "lookup" }
  | { tier: "none"; policy: "resend" | "hold" }
  | { tier: "own" };

export type Capabilities = {
  /** Longest text of one bubble, in UTF-16 units. */
  maxText: number;
  maxButtons: number;
  streams: boolean;
  typing: boolean;
  markdown: "full" | "none";
  ambiguous: AmbiguousTier;
  /** How many bubbles one answer may become before it is cut. */
  maxBubbles: number;
};

export type SendContext = { fetch: typeof fetch; now: number; signal: AbortSignal };

/**
 * One channel = one file that exports `defineChannel({...})` and one line in `registry.ts`.
 * Methods rather than function properties, so that a channel with its own types still is a `Channel`.
 */
export type Channel<C = unknown, S = unknown> = {
  kind: string;
  label: { es: string; en: string };
  capabilities: Capabilities;
  maxBodyBytes: number;
  /** Media types of the webhook's body, without parameters; absent where there is no webhook. */
  contentTypes?: readonly string[];
  configSchema: z.ZodType<C>;
  secretsSchema: z.ZodType<S>;
  /**
   * Secrets that the platform makes itself when an account is connected and when they are rotated. In a list of secrets
   * the first is the current one; a rotation keeps the newest old one behind it.
   */
  generateSecrets?: () => Record<string, unknown>;
  handshake?(request: WebhookRequest, account: Account<C, S>): Promise<Response | null>;
  /** Pure, on the raw bytes, constant time. Absent on channels that have no webhook. */
  verify?(request: WebhookRequest, account: Account<C, S>, now: number): Promise<Verdict>;
  /** Throws BAD_REQUEST only for what is not a webhook of this channel at all; single bad items are `rejected`. */
  parse?(rawBody: Uint8Array, account: Account<C, S>, now: number): ParsedWebhook;
  /** Cuts an answer into bubbles in the channel's own dialect. */
  render(answer: Answer): Answer[];
  /** Absent on `own` channels: their messages are delivered by the conversation's sockets. */
  send?(message: Outgoing, account: Account<C, S>, context: SendContext): Promise<SendResult>;
  lookup?(message: Outgoing, account: Account<C, S>, context: SendContext): Promise<"sent" | "absent" | "unknown">;
};

export const defineChannel = <C, S>(channel: Channel<C, S>): Channel<C, S> => channel;
