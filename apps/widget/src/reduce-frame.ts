import type { ChatMessage, ServerFrame } from "@charla/domain/webchat";
import { deliveryOf, inOrder, later, merge, update } from "./entries.ts";
import { type ChatState, type Draft, unsent } from "./state.ts";

/** Codes by which the server says that sending the same again can only fail again. */
const FINAL_CODES = new Set([
  "BAD_FRAME",
  "BAD_REQUEST",
  "FORBIDDEN",
  "UNPROCESSABLE",
  "PAYLOAD_TOO_LARGE",
  "LIMIT_EXCEEDED",
  "TENANT_SUSPENDED",
]);

type Frame<T extends ServerFrame["type"]> = Extract<ServerFrame, { type: T }>;

function onReady(known: ChatState, frame: Frame<"ready">): ChatState {
  // Fewer messages than we have seen: that conversation was erased, and this is another one.
  const state = frame.seq < known.lastSeq ? withoutNumbered(known) : known;
  return {
    ...state,
    link: { phase: "online" },
    conversationId: frame.conversationId,
    agentName: frame.agent.name,
    owner: frame.owner,
    demo: frame.demo,
    errorCode: null,
    loadingHistory: false,
    settled: true,
  };
}

export const withoutNumbered = (state: ChatState): ChatState => ({
  ...state,
  entries: state.entries.filter((entry) => entry.seq === null),
  lastSeq: 0,
  readSeq: 0,
  more: null,
  settled: false,
});

function onMessage(state: ChatState, message: ChatMessage): ChatState {
  const entries = merge(state.entries, [message]);
  const known = entries === state.entries;
  const lastSeq = Math.max(state.lastSeq, message.seq);
  if (known || message.role === "visitor") return { ...state, entries, lastSeq };
  // The finished message takes the draft's place; later chunks of the same turn begin the next bubble.
  const draft = state.draft === null ? null : { ...state.draft, text: "", broken: false };
  return { ...state, entries, lastSeq, draft, typing: null };
}

function onAccepted(state: ChatState, frame: Frame<"accepted">): ChatState {
  const entries = update(
    state.entries,
    (entry) => entry.clientId === frame.id,
    // A repeat may be confirmed without its number; the message itself tells it.
    (entry) => ({
      ...entry,
      seq: frame.seq > 0 ? frame.seq : entry.seq,
      delivery: later(entry.delivery, "sent"),
      errorCode: undefined,
    }),
  );
  return { ...state, entries: inOrder(entries), errorCode: null };
}

function onChunk(state: ChatState, frame: Frame<"chunk">): ChatState {
  const same = state.draft?.turnId === frame.turnId ? state.draft : null;
  const expected = same === null ? 0 : (same.next ?? frame.index);
  if (frame.index < expected) return state;
  const draft: Draft =
    frame.index === expected && same?.broken !== true
      ? { turnId: frame.turnId, next: frame.index + 1, text: (same?.text ?? "") + frame.text, broken: false }
      : // A hole: half a sentence helps nobody, so dots are shown until the finished message comes.
        { turnId: frame.turnId, next: frame.index + 1, text: "", broken: true };
  return { ...state, draft };
}

function onError(state: ChatState, frame: Frame<"error">): ChatState {
  if (!FINAL_CODES.has(frame.code)) return { ...state, errorCode: frame.code, loadingHistory: false };
  const about = frame.id ?? unsent(state)[0]?.clientId;
  const entries = update(
    state.entries,
    (entry) => about !== undefined && entry.clientId === about && entry.delivery === "sending",
    (entry) => ({ ...entry, delivery: "failed", errorCode: frame.code }),
  );
  return { ...state, entries, errorCode: entries === state.entries ? frame.code : null, loadingHistory: false };
}

export function reduceFrame(state: ChatState, frame: ServerFrame): ChatState {
  switch (frame.type) {
    case "ready":
      return onReady(state, frame);
    case "message":
      return onMessage(state, frame.message);
    case "accepted":
      return onAccepted(state, frame);
    case "chunk":
      return onChunk(state, frame);
    case "chunk_reset":
      return state.draft?.turnId === frame.turnId
        ? { ...state, draft: { turnId: frame.turnId, next: null, text: "", broken: false } }
        : state;
    case "typing":
      return frame.who === "visitor" ? state : { ...state, typing: frame.on ? frame.who : null };
    case "status":
      return {
        ...state,
        entries: update(
          state.entries,
          (entry) => entry.seq === frame.seq && entry.delivery !== null,
          (entry) => ({ ...entry, delivery: later(entry.delivery, deliveryOf(entry.role, frame.state)) }),
        ),
      };
    case "owner":
      return { ...state, owner: frame.owner, draft: frame.owner === "ai" ? state.draft : null };
    case "history": {
      const lastSeq = frame.messages.reduce((max, message) => Math.max(max, message.seq), state.lastSeq);
      return {
        ...state,
        entries: merge(state.entries, frame.messages),
        lastSeq,
        more: frame.more,
        loadingHistory: false,
      };
    }
    case "ended":
      return state;
    case "error":
      return onError(state, frame);
  }
}
