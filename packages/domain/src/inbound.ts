import * as z from "zod";

/** One file or picture that came with a message; bytes are fetched later, never inside the webhook. */
export const Media = z.object({
  type: z.enum(["image", "audio", "voice", "video", "document", "sticker"]),
  /** What the adapter finds the bytes by: an id of the vendor's or an address. */
  ref: z.string().max(2048),
  mime: z.string().max(255).optional(),
  name: z.string().max(255).optional(),
  size: z.number().int().nonnegative().optional(),
  /** Of the plain file, as lower-case hex, where the vendor says it beforehand. */
  sha256: z.string().max(64).optional(),
});
export type Media = z.infer<typeof Media>;

/** A file on its way out. `ref` is its id in the conversation's own store; the bytes are nowhere else. */
export type OutFile = Omit<Media, "mime"> & { mime: string };

/** What a message can hold besides words and files. */
export type MessagePart =
  | { type: "location"; latitude: number; longitude: number; name?: string; address?: string; url?: string }
  | { type: "contact_card"; name?: string; phones: string[]; emails: string[] }
  | { type: "order"; catalog?: string; items: { id: string; quantity: number; price?: number; currency?: string }[] }
  | { type: "form"; name?: string; fields: Record<string, string> }
  | { type: "link"; url: string; title?: string }
  /** The advertisement, story or post that the person came from; the click by which the advertiser recognises it. */
  | { type: "referral"; source: string; title?: string; url?: string; clickId?: string };

/** What an adapter makes of one provider event. `externalId` is unique per (channel, kind). */
type Common = { externalId: string; at: number };
export type InboundMessage = Common & {
  kind: "message";
  text: string;
  media?: Media[];
  parts?: MessagePart[];
  /** A tapped button or list row: it is a complete utterance and is never held back for a burst. */
  action?: { id: string; title: string };
  replyTo?: string;
  forwarded?: boolean;
  /** Who of a group wrote it; the contact of a group's conversation is the group. */
  sender?: { address: string; name?: string };
  /** More parts of the same album are still to come. */
  mediaPending?: boolean;
  /** Length the text had before it was cut to what is kept. */
  cutFrom?: number;
  /** All of it, where `text` is only the new part (a mail without what it quotes). */
  fullText?: string;
  subject?: string;
  /** The ids of the messages before it, oldest first, where the vendor's messages carry them (mail). */
  references?: string[];
  /** Whether it is proven that it comes from the address of its contact; absent where the vendor vouches for that. */
  verified?: boolean;
  /** Kept and shown but never answered by the agent, and why: an out-of-office note, a mailing list. */
  unanswered?: string;
  /** Said aloud or pressed on a telephone: whoever says something says it in one go. */
  spoken?: true;
};
export type InboundEdit = Common & { kind: "edit"; target: string; text: string };
export type InboundDelete = Common & { kind: "delete"; target: string };
export type InboundReaction = Common & { kind: "reaction"; target: string; emoji: string };
/** A person answered from the phone or the vendor's inbox: the conversation is theirs now. */
export type InboundHumanEcho = Common & { kind: "human_echo"; text: string };
export type InboundUnsupported = Common & { kind: "unsupported"; what: string };
/** The person must not be written to, or may be again; a block and a complaint end the same way as the word STOP. */
export type InboundOptOut = Common & {
  kind: "opt_out" | "opt_in";
  why?: "asked" | "blocked" | "complaint" | "bounced";
  /** Where a last message may say that it was understood: the language of the word that asked for it. */
  confirm?: "es" | "en" | "both";
};
/** The same person is now known under another address. */
export type InboundIdentity = Common & { kind: "identity"; previous?: string; current: string };
/** Somebody is on the telephone. What is said are messages; the call itself is what carries them. */
export type InboundCall = Common & { kind: "call"; direction: string; from: string; to: string };
export type InboundEvent =
  | InboundMessage
  | InboundEdit
  | InboundDelete
  | InboundReaction
  | InboundHumanEcho
  | InboundUnsupported
  | InboundOptOut
  | InboundIdentity
  | InboundCall;

export type DeliveryState = "sent" | "delivered" | "read" | "failed";
/** A status callback: about our message id where the channel carries it, else the provider's id. */
export type DeliveryStatus = {
  messageId?: string;
  providerId?: string;
  state: DeliveryState;
  at: number;
  /** The vendor names no message but a moment: it is about everything that had been sent at `at`. */
  upTo?: true;
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
  /** Nothing of it concerns anybody unless the conversation has begun already. */
  ifBegun?: true;
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
