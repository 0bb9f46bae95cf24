import type { CallMoment, CallStep } from "./call.ts";
import type { GateCanary } from "./canary.ts";
import type { AcceptResult, Arrival, OutFile } from "./inbound.ts";
import type { RetrievalRequest, Retrieved } from "./knowledge.ts";
import type { GateState, Lease, LeaseRequest, SettleEntry, Spend, TenantLimits } from "./lease.ts";
import type { Owner } from "./log.ts";
import type { Rate } from "./rate.ts";
import type { ToolRequest, ToolResult } from "./tool-call.ts";
import type { ChatMessage } from "./webchat.ts";

/** Every call names the tenant it acts for; an object of another tenant answers NOT_FOUND, as if it did not exist. */
export type ForTenant<T = unknown> = { tenantId: string } & T;

export type ConversationView = {
  id: string;
  tenantId: string;
  channelId: string;
  agentId: string;
  owner: Owner;
  epoch: number;
  lastSeq: number;
  /** Why nothing is done in it for now. */
  parked: string | null;
  /** JSON of `LogRow[]`: one text crosses Workers where thousands of fields would have to. */
  rowsJson: string;
};

/** Versions of projection events that stand in the tenant's database. */
export type Confirmation = ForTenant<{ version: number; others?: number[] }>;

/** A file in the store; the mime is that of its bytes. */
export type StoredFile = { key: string; mime: string; name: string; size?: number };

/** Methods of the Conversation object that other Workers call. */
export interface ConversationRpc {
  accept(arrival: Arrival): Promise<AcceptResult>;
  view(args: ForTenant<{ afterSeq: number; limit: number }>): Promise<ConversationView>;
  /** Messages as a visitor sees them, oldest first. */
  chatMessages(
    args: ForTenant<{ afterSeq: number; limit: number }>,
  ): Promise<{ messages: ChatMessage[]; lastSeq: number }>;
  takeOver(args: ForTenant<{ memberId: string; until?: number; reason?: string }>): Promise<{ owner: Owner }>;
  handBack(args: ForTenant<{ by: string }>): Promise<{ owner: Owner }>;
  pauseUntil(args: ForTenant<{ until: number; by: string }>): Promise<{ owner: Owner }>;
  /** Only while the conversation belongs to that member; takes over first when nobody holds it. */
  sendAsHuman(
    args: ForTenant<{ memberId: string; name?: string; text: string; files?: OutFile[]; clientId: string }>,
  ): Promise<{ id: string; seq: number; duplicate: boolean }>;
  /** Where the bytes of a message's file are. */
  fileOf(args: ForTenant<{ seq: number; n: number; reader: "member" | "visitor" }>): Promise<StoredFile>;
  /** Which of these uploaded files are part of a message. */
  sentOf(args: ForTenant<{ files: string[] }>): Promise<string[]>;
  /** Puts a dead message or turn back to work. */
  replay(args: ForTenant<{ seq: number; by: string }>): Promise<{ seq: number; state: string }>;
  promptOf(args: ForTenant<{ turn: number; n: number }>): Promise<{ system: string; messages: unknown[] }>;
  projected(args: Confirmation): Promise<void>;
  /** The vendor goes on with the conversation of that thread under this object's name. */
  follow(args: ForTenant<{ thread: string | null }>): Promise<void>;
  /** The contact id that the log was begun with; null where nobody has written. */
  begunAs(args: ForTenant): Promise<string | null>;
  /**
   * Forgets the log that was begun with that contact id, and everything said before `before` that may still arrive. The
   * object ends with its log, so the call may fail although it did its work; then it is made again.
   */
  erase(args: ForTenant<{ begunAs: string; before: number }>): Promise<void>;
  /** Second line of recovery: looks for open work and goes on with it. */
  poke(args: ForTenant): Promise<{ open: boolean }>;
  leaseRevoked(args: ForTenant<{ generation: number }>): Promise<void>;
  /** How a telephone call goes on, where the vendor asks. */
  callStep(args: ForTenant<{ callId: string; moment: CallMoment }>): Promise<CallStep>;
}

/** One mail with its envelope, as the platform's mail service received it. */
export type MailDelivery = { from: string; to: string; raw: Uint8Array };
/** Refused for good, with what the sender's server is told; what may pass is thrown instead. */
export type MailVerdict = { taken: true } | { taken: false; reason: string };

/** The door by which raw mail comes in; it is bound to the gateway and to nothing that anybody can call. */
export interface InboundMailRpc {
  take(delivery: MailDelivery): Promise<MailVerdict>;
}

/** Methods of TenantGate; the object's name is the tenant's id. */
export interface TenantGateRpc {
  lease(request: LeaseRequest): Promise<Lease>;
  /** Books what was spent and frees the rest of the block. */
  giveBack(args: { conversationId: string; spent: Spend }): Promise<void>;
  settle(entries: SettleEntry[]): Promise<void>;
  /** A vendor asked to wait: whoever gets a lease meanwhile is told. */
  hold(args: { provider: string; until: number }): Promise<void>;
  /** For all conversations: a canary of the agent's is over. */
  publish(args: { agentId: string; releaseId: string }): Promise<{ generation: number }>;
  /** Takes over what is newer than what it knows; with `promote` the release becomes that of all conversations. */
  setCanary(
    args: GateCanary & { agentId: string; promote?: boolean },
  ): Promise<{ generation: number; releaseId: string | null }>;
  setStatus(args: { status: "active" | "paused" | "suspended" }): Promise<{ generation: number }>;
  setLimits(limits: TenantLimits): Promise<{ generation: number }>;
  state(): Promise<GateState>;
  /** A place in what a vendor lets one account send; how long to wait for it. */
  sendSlot(args: { channelId: string; rate: Rate }): Promise<{ waitMs: number }>;
}

/** Default entrypoint of the tools Worker. */
export interface ToolsRpc {
  run(request: ToolRequest): Promise<ToolResult>;
  /** The words of a stored file of the tenant's; `whole` for whoever keeps them all and not what a prompt can hold. */
  readDocument(args: ForTenant<{ key: string; whole?: boolean }>): Promise<DocumentReading>;
}

/** The agent Worker's door to what a tenant's knowledge bases say. */
export interface KnowledgeRpc {
  search(args: ForTenant<RetrievalRequest>): Promise<Retrieved>;
}

/** `missing`: there is no such file. The other reasons are about what is in it. */
export type DocumentReading =
  | { status: "read"; text: string; truncated: boolean }
  | { status: "unreadable"; reason: "missing" | "unsupported" | "broken" | "locked" | "empty" | "too_large" };

/**
 * A WebSocket upgrade is handed to the object by `fetch`; who looks on is in this header (JSON of {@link Viewer}).
 * The gateway has verified it and removes any header of that name a client sends.
 */
export const VIEWER_HEADER = "x-charla-viewer";
export type Viewer =
  | {
      role: "visitor";
      tenantId: string;
      channelId: string;
      channelKind: string;
      agentId: string;
      agentName: string;
      thread: string;
      contact: { address: string; name?: string; locale?: string };
      afterSeq: number;
      demo: boolean;
      expiresAt?: number;
    }
  | {
      role: "operator";
      tenantId: string;
      memberId: string;
      afterSeq: number;
      /** What it was opened with and until when that is good; revoking it closes the socket. */
      credential?: string;
      expiresAt?: number;
    };
