import type { ServerFrame } from "@charla/domain/webchat";
import { update } from "./entries.ts";
import { reduceFrame, withoutNumbered } from "./reduce-frame.ts";
import type { Action, ChatState, Entry, Link } from "./state.ts";

export type ChatEvent =
  | { type: "frame"; frame: ServerFrame }
  | { type: "link"; link: Link }
  | { type: "session"; agentName: string; demo: boolean }
  | { type: "written"; id: string; text: string; at: number; action?: Action }
  | { type: "gave_up"; id: string; code: string }
  | { type: "retried"; id: string }
  | { type: "discarded"; id: string }
  | { type: "typing_over" }
  | { type: "history_asked" }
  | { type: "read"; seq: number }
  | { type: "error_shown" }
  | { type: "forgotten" };

const mine =
  (id: string) =>
  (entry: Entry): boolean =>
    entry.clientId === id;

function onWritten(state: ChatState, event: Extract<ChatEvent, { type: "written" }>): ChatState {
  if (state.entries.some(mine(event.id))) return state;
  const entry: Entry = {
    key: event.id,
    seq: null,
    clientId: event.id,
    role: "visitor",
    text: event.text,
    at: event.at,
    deleted: false,
    delivery: "sending",
    action: event.action,
  };
  return { ...state, entries: [...state.entries, entry], errorCode: null };
}

/** The whole conversation as the visitor sees it: a pure function of what happened. */
export function reduce(state: ChatState, event: ChatEvent): ChatState {
  switch (event.type) {
    case "frame":
      return reduceFrame(state, event.frame);
    case "link":
      // A cut answer is told again, or finished, by the next connection; until then nothing half-said stays on the screen.
      return {
        ...state,
        link: event.link,
        ...(event.link.phase === "online" ? {} : { draft: null, typing: null, loadingHistory: false }),
      };
    case "session":
      return { ...state, agentName: event.agentName, demo: event.demo };
    case "written":
      return onWritten(state, event);
    case "gave_up":
      return {
        ...state,
        entries: update(state.entries, mine(event.id), (entry) => ({
          ...entry,
          delivery: "failed",
          errorCode: event.code,
        })),
      };
    case "retried":
      return {
        ...state,
        entries: update(state.entries, mine(event.id), (entry) => ({
          ...entry,
          delivery: "sending",
          errorCode: undefined,
        })),
      };
    case "discarded":
      return { ...state, entries: state.entries.filter((entry) => !mine(event.id)(entry)) };
    case "typing_over":
      return { ...state, typing: null };
    case "history_asked":
      return { ...state, loadingHistory: true };
    case "read":
      return event.seq > state.readSeq ? { ...state, readSeq: event.seq } : state;
    case "error_shown":
      return { ...state, errorCode: null };
    case "forgotten":
      return { ...withoutNumbered(state), conversationId: null };
  }
}
