import type { ChatFile, ChatRole } from "@charla/domain/webchat";

export type Owner = "ai" | "human" | "paused";
export type Action = { id: string; title: string };

/** What became of a message of the visitor's, as far as we know. */
export type Delivery = "sending" | "sent" | "read" | "failed";

export type Entry = {
  /** Stays the same for the life of the entry, so that its element can be kept. */
  key: string;
  /** `null` until the server has numbered it. */
  seq: number | null;
  clientId?: string;
  role: ChatRole;
  text: string;
  at: number;
  author?: string;
  buttons?: Action[];
  files?: ChatFile[];
  deleted: boolean;
  delivery: Delivery | null;
  action?: Action;
  errorCode?: string;
};

/** An answer while it is being written. `next: null` accepts any chunk as the first. */
export type Draft = { turnId: string; next: number | null; text: string; broken: boolean };

export type StopReason = "forbidden" | "identity" | "missing" | "gone";

export type Link =
  | { phase: "idle" | "connecting" | "online" | "offline" }
  | { phase: "waiting"; retryAt: number }
  | { phase: "stopped"; reason: StopReason };

export type ChatState = {
  link: Link;
  agentName: string;
  demo: boolean;
  owner: Owner;
  conversationId: string | null;
  /** Numbered entries by number, then the unnumbered ones in the order they were written. */
  entries: Entry[];
  /** Highest number received in a frame that carries the message itself; where a new connection goes on from. */
  lastSeq: number;
  /** `null` until a page of history has told. */
  more: boolean | null;
  loadingHistory: boolean;
  draft: Draft | null;
  typing: ChatRole | null;
  errorCode: string | null;
  /** Up to here the visitor has seen the conversation. */
  readSeq: number;
  /** False until the first `ready`: what is shown before that is not news to announce. */
  settled: boolean;
};

export const initialState = (readSeq = 0): ChatState => ({
  link: { phase: "idle" },
  agentName: "",
  demo: false,
  owner: "ai",
  conversationId: null,
  entries: [],
  lastSeq: 0,
  more: null,
  loadingHistory: false,
  draft: null,
  typing: null,
  errorCode: null,
  readSeq,
  settled: false,
});

export const isFromOthers = (entry: Entry): boolean => entry.role !== "visitor";

export function lastSeqFromOthers(state: ChatState): number {
  return state.entries.findLast((entry) => isFromOthers(entry) && entry.seq !== null)?.seq ?? 0;
}

export function unreadCount(state: ChatState): number {
  return state.entries.filter((entry) => isFromOthers(entry) && !entry.deleted && (entry.seq ?? 0) > state.readSeq)
    .length;
}

/** A first page this long has probably left something out. */
const LONG_PAGE = 30;

export const mayHaveOlder = (state: ChatState): boolean => state.more ?? state.entries.length >= LONG_PAGE;

export function unsent(state: ChatState): Entry[] {
  return state.entries.filter((entry) => entry.delivery === "sending");
}
