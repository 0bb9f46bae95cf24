import type {
  Contact,
  DeliveryStatus,
  InboundEvent,
  InboundMessage,
  Media,
  OutFile,
  SendErrorClass,
} from "@charla/domain/inbound";
import type { CallMoment, CallStep } from "@charla/domain/call";
import type { Rate } from "@charla/domain/rate";
import type * as z from "zod";
import type { ConnectContext, ConnectReport } from "./connect.ts";
import type { Line } from "./line.ts";

/** A connected account with its configuration parsed and its secrets opened; never stored in this form. */
export type Account<C = unknown, S = unknown> = {
  id: string;
  tenantId: string;
  config: C;
  secrets: S;
  /** Where the vendor reaches this account, under the public name of the installation. */
  webhookUrl: string;
};

export type WebhookRequest = {
  method: string;
  /** As this Worker was called; behind a proxy or a tunnel that is not what the vendor signed. */
  url: URL;
  /** The same path and query, untouched, under the configured public name. */
  publicUrl: string;
  headers: Headers;
  rawBody: Uint8Array;
};

export type Verdict = { ok: true } | { ok: false; status: 401 | 403; reason: string };

/** What one webhook held, split by conversation. A poisoned item never takes its neighbours with it. */
export type ParsedWebhook = {
  arrivals: {
    thread: string;
    contact: Contact;
    events: InboundEvent[];
    statuses: DeliveryStatus[];
    /** Concerns nobody unless the conversation has begun: talk in a thread that the agent may or may not take part in. */
    ifBegun?: true;
    /** The address of the contact is one of several, and the conversation may go by another. */
    byAlias?: true;
  }[];
  rejected: { index: number; reason: string; raw: string }[];
  /** Items that by the channel's rules concern nobody: echoes of our own messages, group talk that is not for the agent. */
  ignored?: number;
};

export type Button = { id: string; title: string };
/** `text` is Markdown, here and in the log; the channel's dialect is made when it is sent. */
export type Answer = { text: string; buttons?: Button[]; media?: OutFile[] };
/** A file as it is sent: the link is public, signed and expires. */
export type OutMedia = OutFile & { url: string };
/** A part of an answer that is one message. */
export type Bubble = Omit<Answer, "media"> & { media?: OutMedia[] };

export type Outgoing = {
  id: string;
  conversationId: string;
  thread: string;
  contact: Contact;
  bubble: Bubble;
  /** Ids the vendor gave the messages this answers, oldest first. */
  inReplyTo: string[];
  /** The newest message of the person before this, where there is one. */
  readonly answers?: InboundMessage | undefined;
  author: "ai" | "human" | "system";
  turnId: string | null;
  createdAt: number;
  tries: number;
  /** When the person last wrote; vendors close the window some time after it. */
  lastInboundAt: number;
};

export type SendResult =
  /** `movedTo`: the vendor took it under another address of the contact, which it has from now on. */
  | { ok: true; providerId?: string; state: "sent" | "delivered"; movedTo?: string }
  | { ok: false; class: SendErrorClass; message: string; retryAfterMs?: number };

/** What the outside must be told apart: how a send whose result we did not see can be settled (reliability G5). */
export type AmbiguousTier =
  | { tier: "key"; windowMs: number }
  | { tier: "lookup" }
  /** Held until a callback that carries our own id says it was sent; after `settleMs` the policy decides. */
  | { tier: "callback"; settleMs: number; policy: "resend" | "hold" }
  | { tier: "none"; policy: "resend" | "hold" }
  | { tier: "own" };

export type Capabilities = {
  /** Longest text of one bubble, in UTF-16 units of the channel's own dialect. */
  maxText: number;
  maxButtons: number;
  streams: boolean;
  typing: boolean;
  markdown: "full" | "none";
  ambiguous: AmbiguousTier;
  /** How many bubbles one answer may become before it is cut. */
  maxBubbles: number;
  /** The vendor lets a business write freely only this long after the person last wrote. */
  windowMs?: number;
  /** What the vendor allows: for the whole account, to one person, and to a group where that differs. */
  rates?: { account?: Rate; person?: Rate; group?: Rate };
  /** How often "is typing" must be repeated while the answer is prepared; absent where once is enough or there is none. */
  typingEveryMs?: number;
};

export type SendContext = {
  fetch: typeof fetch;
  now: number;
  signal: AbortSignal;
  /** Mail by the platform itself, where it is installed with that. */
  sendMail?: (mail: PlatformMail) => Promise<{ messageId: string }>;
  /** The bytes of a file to be sent, for vendors that do not fetch them; `null` where they are gone. */
  readFile?: (file: OutMedia) => Promise<Uint8Array<ArrayBuffer> | null>;
};

/** What the platform's own mail service takes. */
export type PlatformMail = {
  from: { email: string; name: string };
  to: string;
  replyTo: string;
  subject: string;
  text: string;
  html: string;
  headers: Record<string, string>;
  attachments: { disposition: "attachment"; filename: string; type: string; content: Uint8Array }[];
};

/** What completing a webhook may reach, before anything of it is accepted. */
export type EnrichContext = SendContext & {
  /** Stores what would be lost with the request, under a name that is the same when it comes again; answers the reference. */
  keep(name: string, bytes: Uint8Array, mime: string): Promise<string>;
  /** How many different ids, this one among them, have come under the key within the time. */
  tally(key: string, id: string, withinMs: number): Promise<number>;
};

/** Marks in the vendor's client that cost nobody anything when they fail. */
export type Attention = { moment: "read" | "typing"; thread: string; contact: Contact; events: InboundEvent[] };

export type FetchedMedia =
  | { ok: true; body: ReadableStream<Uint8Array>; mime?: string; size?: number; sha256?: string }
  /** `elsewhere`: not for us to fetch; it is only named, and nothing has gone wrong. */
  | { ok: false; class: "gone" | "too_large" | "denied" | "transient" | "elsewhere"; message: string };

/** What an account of the channel is made of. */
export type ChannelForm<C = unknown, S = unknown> = {
  kind: string;
  configSchema: z.ZodType<C>;
  secretsSchema: z.ZodType<S>;
};

/**
 * A channel has three sides, each used by one Worker, so that none carries the code of the others: how it is set up
 * (gateway), what comes in (router), what goes out (agent). Methods rather than function properties, so that a channel
 * with its own types still is a `Channel`.
 */
export type ChannelSetup<C = unknown, S = unknown> = ChannelForm<C, S> & {
  label: { es: string; en: string };
  capabilities: Capabilities;
  /** Said where no vendor delivers anything, so that no address is shown for it. */
  webhook?: false;
  /**
   * Secrets that the platform makes itself when an account is connected and when they are rotated. In a list of secrets
   * the first is the current one; a rotation keeps the newest old one behind it.
   */
  generateSecrets?: () => Record<string, unknown>;
  /** Addresses at which the platform itself takes mail for the account: each belongs to one account of the installation. */
  addresses?(config: C): string[];
  /** Does what can be done by the vendor's API and reports the rest; safe to repeat. */
  connect?(account: Account<C, S>, context: ConnectContext): Promise<ConnectReport>;
  disconnect?(account: Account<C, S>, context: ConnectContext): Promise<ConnectReport>;
};

export type ChannelWebhook<C = unknown, S = unknown> = ChannelForm<C, S> & {
  maxBodyBytes: number;
  /** Media types of the webhook's body, without parameters; absent where there is no webhook. */
  contentTypes?: readonly string[];
  handshake?(request: WebhookRequest, account: Account<C, S>): Promise<Response | null>;
  /** Pure, on the raw bytes, constant time. Absent on channels that have no webhook. */
  verify?(request: WebhookRequest, account: Account<C, S>, now: number): Promise<Verdict>;
  /** Throws BAD_REQUEST only for what is not a webhook of this channel at all; single bad items are `rejected`. */
  parse?(request: WebhookRequest, account: Account<C, S>, now: number): ParsedWebhook | Promise<ParsedWebhook>;
  /**
   * What parsing alone cannot know: bodies that the vendor only points to, files that must be stored now. Throws UNAVAILABLE
   * where the vendor should come again later.
   */
  enrich?(
    parsed: ParsedWebhook,
    request: WebhookRequest,
    account: Account<C, S>,
    context: EnrichContext,
  ): Promise<ParsedWebhook>;
  /** What the vendor wants to hear once everything is stored; a JSON receipt where it does not care. */
  acknowledge?(parsed: ParsedWebhook): Response;
  calls?: CallWebhook<C, S>;
};

/** The way in of a channel that carries telephone calls; each is a conversation whose thread is the call's id. */
export type CallWebhook<C = unknown, S = unknown> = {
  /** Proves the upgrade to a call's socket, and says which call and by what ticket. */
  admit(
    request: WebhookRequest,
    account: Account<C, S>,
  ): Promise<{ ok: true; callId: string; ticket: string } | Extract<Verdict, { ok: false }>>;
  /** What a verified webhook tells of a call; null where it tells of none. */
  momentOf(request: WebhookRequest): { callId: string; moment: CallMoment } | null;
  /** How the call goes on, in the vendor's words. */
  respond(step: CallStep, callId: string, account: Account<C, S>): Response;
};

export type ChannelSending<C = unknown, S = unknown> = {
  /** Cuts an answer into bubbles, each of which fits once it is turned into the channel's dialect. */
  render(answer: Answer): Answer[];
  /** Absent on `own` channels: their messages are delivered by the conversation's sockets. */
  send?(message: Outgoing, account: Account<C, S>, context: SendContext): Promise<SendResult>;
  lookup?(message: Outgoing, account: Account<C, S>, context: SendContext): Promise<"sent" | "absent" | "unknown">;
  /** What is different for this account, where a channel has several vendors. */
  vary?(account: Account<C, S>): Partial<Capabilities>;
  /** Under which thread the vendor goes on once the contact has this address; absent where threads and addresses differ. */
  threadAfter?(thread: string, address: string): string | undefined;
  isGroup?(contact: Contact): boolean;
  /** What a tap brings back in place of its button's id, where that is too long for the vendor. */
  buttonKey?(id: string): Promise<string>;
  attend?(attention: Attention, account: Account<C, S>, context: SendContext): Promise<void>;
  /** Opens the bytes behind a reference; hosts, redirects and credentials by the vendor's rules. */
  media?(media: Media, account: Account<C, S>, context: SendContext): Promise<FetchedMedia>;
  /** How to write for whoever reads or hears it, as the model is told. */
  manner?: string;
  /** Present on channels that carry telephone calls. */
  line?: Line<C, S>;
};

/** All sides of one channel, as its registry line joins them. */
export type Channel<C = unknown, S = unknown> = ChannelSetup<C, S> & ChannelWebhook<C, S> & ChannelSending<C, S>;

export const capabilitiesOf = (channel: Channel, account: Account): Capabilities => ({
  ...channel.capabilities,
  ...channel.vary?.(account),
});
