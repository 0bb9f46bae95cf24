import type { Arrival, Contact, ConversationKey } from "@charla/domain/inbound";
import type { Spend } from "@charla/domain/lease";
import type { Owner } from "@charla/domain/log";
import { newId } from "@charla/domain/ids";

/** Row 0 of the log: what must be known without reading the log. Written along with other rows, never alone for its own sake. */
export type Head = {
  v: 1;
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
  version: number;
};

export function newHead(id: string, arrival: Arrival, now: number): Head {
  return {
    v: 1,
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
    spent: { tokens: 0, micros: 0 },
    reported: { tokens: 0, micros: 0 },
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
