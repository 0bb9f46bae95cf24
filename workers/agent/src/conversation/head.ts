import type { Arrival, Contact, ConversationKey } from "@charla/domain/inbound";
import type { Spend } from "@charla/domain/lease";
import type { Owner } from "@charla/domain/log";
import type { ProjectionEvent } from "@charla/domain/projection";
import { ownerAt } from "@charla/agent/owner";
import { newId } from "@charla/domain/ids";
import { logVersion } from "./journal-version.ts";

/** Row 0 of the log: what must be known without reading the log. Written along with other rows, never alone for its own sake. */
export type Head = {
  v: number;
  id: string;
  key: ConversationKey;
  channelKind: string;
  agentId: string;
  contactId: string;
  contact: Contact;
  createdAt: number;
  owner: Owner;
  /** Grows when anything makes the answer in progress worthless; only the current epoch may enter the outbox. */
  epoch: number;
  /** Every row before it is settled and projected. */
  settledBefore: number;
  spent: Spend;
  /** Totals last handed to the projection. */
  reported: Spend;
  lastAt: number;
  lastInAt: number;
  lastOutSeq: number;
  /** The last word of a person of the tenant; what came before it is answered. */
  lastHumanSeq: number;
  /** First message that is held for a person; null while none is. */
  heldFrom: number | null;
  summary: { upTo: number; text: string } | null;
  handover: boolean;
  optedOut: boolean;
  /** Rows that wait for a message which has not arrived yet. */
  parked: number[];
  /** Threads under which the vendor goes on with it, and whose objects do not know that yet. */
  namesakes?: string[];
  version: number;
};

export function newHead(id: string, arrival: Arrival, now: number, spent: Spend = { tokens: 0, micros: 0 }): Head {
  return {
    v: logVersion,
    id,
    key: arrival.key,
    channelKind: arrival.channelKind,
    agentId: arrival.agentId,
    contactId: newId("contact", now),
    contact: arrival.contact,
    createdAt: now,
    owner: { type: "ai" },
    epoch: 0,
    settledBefore: 1,
    spent: { ...spent },
    reported: { ...spent },
    lastAt: now,
    lastInAt: now,
    lastOutSeq: 0,
    lastHumanSeq: 0,
    heldFrom: null,
    summary: null,
    handover: false,
    optedOut: false,
    parked: [],
    version: 0,
  };
}

/** What lists show of it. */
export const conversationOf = (head: Head, now: number): ProjectionEvent["conversation"] => ({
  id: head.id,
  channelId: head.key.channelId,
  channelKind: head.channelKind,
  agentId: head.agentId,
  thread: head.key.thread,
  contactId: head.contactId,
  contact: head.contact,
  owner: ownerAt(head.owner, now),
  createdAt: head.createdAt,
  lastAt: head.lastAt,
  handover: head.handover,
});
