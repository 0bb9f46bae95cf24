import * as z from "zod";

/** One file or picture that came with a message; bytes are fetched later, never inside the webhook. */
export const Media = z.object({
  type: z.enum(["image", "audio", "voice", "video", "document", "sticker"]),
  ref: z.string().max(2048),
  mime: z.string().max(255).optional(),
  name: z.string().max(255).optional(),
  size: z.number().int().nonnegative().optional(),
});
export type Media = z.infer<typeof Media>;

/** What an adapter makes of one provider event. `externalId` is unique per (channel, kind). */
type Common = { externalId: string; at: number };
export type InboundMessage = Common & {
  kind: "message";
  text: string;
  media?: Media[];
  /** A tapped button or list row: it is a complete utterance and is never held back for a burst. */
  action?: { id: string; title: string };
  replyTo?: string;
  /** More parts of the same album are still to come. */
  mediaPending?: boolean;
  /** Length the text had before it was cut to what is kept. */
  cutFrom?: number;
};
export type InboundEdit = Common & { kind: "edit"; target: string; text: string };
export type InboundDelete = Common & { kind: "delete"; target: string };
export type InboundReaction = Common & { kind: "reaction"; target: string; emoji: string };
/** A person answered from the phone or the vendor's inbox: the conversation is theirs now. */
export type InboundHumanEcho = Common & { kind: "human_echo"; text: string };
export type InboundUnsupported = Common & { kind: "unsupported"; what: string };
export type InboundOptOut = Common & { kind: "opt_out" | "opt_in" };
export type InboundEvent =
  | InboundMessage
  | InboundEdit
  | InboundDelete
  | InboundReaction
  | InboundHumanEcho
  | InboundUnsupported
  | InboundOptOut;

export type DeliveryState = "sent" | "delivered" | "read" | "failed";
/** A status callback: about our message id where the channel carries it, else the provider's id. */
export type DeliveryStatus = {
  messageId?: string;
  providerId?: string;
  state: DeliveryState;
  at: number;
  error?: { class: SendErrorClass; message: string };
};

/** What happened when a channel refused or lost a send; decides what the outbox does next. */
export type SendErrorClass =
  | "throttle"
  | "transient"
  | "window"
  | "optout"
  | "invalid"
  | "auth"
  | "policy"
  | "ambiguous";

export type Contact = {
  /** The address within the channel (phone, user id, visitor id); never used as a key outside (channel kind, address). */
  address: string;
  aliases?: string[];
  name?: string;
  locale?: string;
};

/** Names a conversation: with the tenant this is the name of its object. Never built from what a model says. */
export type ConversationKey = { tenantId: string; channelId: string; thread: string };

/** Everything `Conversation.accept` needs to know besides the events. */
export type Arrival = {
  key: ConversationKey;
  channelKind: string;
  agentId: string;
  contact: Contact;
  trackingId: string;
  events: InboundEvent[];
  statuses: DeliveryStatus[];
};

export type AcceptResult = { conversationId: string; accepted: number; duplicates: number };

export const MAX_OBJECT_NAME_BYTES = 1024;

export function objectNameOf(key: ConversationKey): string {
  return `${key.tenantId}:${key.channelId}:${key.thread}`;
}
