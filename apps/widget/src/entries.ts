import type { ChatMessage } from "@charla/domain/webchat";
import type { Delivery, Entry } from "./state.ts";

const READ_STATES = new Set(["taken", "applied", "read"]);
const rank: Record<Delivery, number> = { failed: 0, sending: 0, sent: 1, read: 2 };

export function deliveryOf(role: string, state: string): Delivery | null {
  if (role !== "visitor") return null;
  return READ_STATES.has(state) ? "read" : "sent";
}

/** Marks only move forward: frames about one message may overtake each other across a reconnection. */
export function later(known: Delivery | null, told: Delivery | null): Delivery | null {
  if (known === null || told === null) return told;
  return rank[told] >= rank[known] ? told : known;
}

function entryOf(message: ChatMessage, known: Entry | undefined): Entry {
  return {
    key: known?.key ?? message.clientId ?? `seq-${message.seq}`,
    seq: message.seq,
    clientId: message.clientId ?? known?.clientId,
    role: message.role,
    text: message.text,
    at: message.at,
    author: message.author,
    buttons: message.buttons,
    files: message.media,
    deleted: message.deleted === true,
    delivery: later(known?.delivery ?? null, deliveryOf(message.role, message.state)),
  };
}

const order = (entry: Entry): number => entry.seq ?? Number.POSITIVE_INFINITY;

function sameEntry(a: Entry, b: Entry): boolean {
  return (
    a.seq === b.seq &&
    a.text === b.text &&
    a.at === b.at &&
    a.role === b.role &&
    a.author === b.author &&
    a.deleted === b.deleted &&
    a.delivery === b.delivery &&
    JSON.stringify([a.buttons, a.files]) === JSON.stringify([b.buttons, b.files])
  );
}

const speaks = (entry: Entry): boolean => entry.role === "agent" || entry.role === "human";

/** Whoever answers has read what stands before the answer. */
function answered(entries: Entry[]): Entry[] {
  const last = entries.findLast((entry) => speaks(entry) && entry.seq !== null)?.seq ?? 0;
  return update(
    entries,
    (entry) => entry.delivery === "sent" && entry.seq !== null && entry.seq < last,
    (entry) => ({ ...entry, delivery: "read" }),
  );
}

/** Puts messages in their place by number; a repeat changes nothing, a changed one replaces what was known. */
export function merge(entries: Entry[], messages: ChatMessage[]): Entry[] {
  const next = [...entries];
  let changed = false;
  for (const message of messages) {
    const at = next.findIndex(
      (entry) => entry.seq === message.seq || (message.clientId !== undefined && entry.clientId === message.clientId),
    );
    const known = next[at];
    const entry = entryOf(message, known);
    if (known !== undefined && sameEntry(known, entry)) continue;
    changed = true;
    if (known !== undefined) next.splice(at, 1);
    const before = next.findIndex((other) => order(other) > message.seq);
    next.splice(before < 0 ? next.length : before, 0, entry);
  }
  return changed ? answered(next) : entries;
}

export function update(entries: Entry[], match: (entry: Entry) => boolean, change: (entry: Entry) => Entry): Entry[] {
  return entries.some(match) ? entries.map((entry) => (match(entry) ? change(entry) : entry)) : entries;
}

/** The stable sort keeps unnumbered entries in the order they were written. */
export const inOrder = (entries: Entry[]): Entry[] =>
  entries.toSorted((a, b) => (order(a) === order(b) ? 0 : order(a) - order(b)));
