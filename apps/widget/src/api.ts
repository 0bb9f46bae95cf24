import type { ChatMessage } from "@charla/domain/webchat";
import type { ChatClient } from "./client.ts";
import type { Owner } from "./state.ts";
import type { WidgetView } from "./view/widget-view.ts";

export type CharlaEvents = {
  ready: { conversationId: string; demo: boolean };
  message: ChatMessage;
  owner: { owner: Owner };
  status: { phase: string };
  error: { code: string };
  open: undefined;
  close: undefined;
};

export type CharlaApi = {
  open: () => void;
  close: () => void;
  /** False when there is nothing to send or it is too long. */
  send: (text: string) => boolean;
  /** Returns the function that stops listening. Whoever comes late is told the current `ready`, `owner` and `status`. */
  on: <K extends keyof CharlaEvents>(name: K, listener: (detail: CharlaEvents[K]) => void) => () => void;
};

type Listeners = { [K in keyof CharlaEvents]: Set<(detail: CharlaEvents[K]) => void> };

function isolate(run: () => void): void {
  try {
    run();
  } catch (error) {
    // The page's mistake belongs to the page, and must not stop the chat.
    reportError(error);
  }
}

export function createApi(client: ChatClient, view: WidgetView): CharlaApi {
  const listeners: Listeners = {
    ready: new Set(),
    message: new Set(),
    owner: new Set(),
    status: new Set(),
    error: new Set(),
    open: new Set(),
    close: new Set(),
  };
  const emit = <K extends keyof CharlaEvents>(name: K, detail: CharlaEvents[K]): void => {
    for (const listener of listeners[name]) isolate(() => listener(detail));
  };
  const known =
    <T>(detail: (conversationId: string) => T): (() => T | null) =>
    () =>
      client.state.conversationId === null ? null : detail(client.state.conversationId);
  const nothing = (): null => null;
  const now: { [K in keyof CharlaEvents]: () => CharlaEvents[K] | null } = {
    ready: known((conversationId) => ({ conversationId, demo: client.state.demo })),
    owner: known(() => ({ owner: client.state.owner })),
    status: () => ({ phase: client.state.link.phase }),
    message: nothing,
    error: nothing,
    open: nothing,
    close: nothing,
  };
  client.listen((state, before, event) => {
    if (state.link !== before.link) emit("status", { phase: state.link.phase });
    if (state.owner !== before.owner) emit("owner", { owner: state.owner });
    if (event.type !== "frame") return;
    const { frame } = event;
    if (frame.type === "ready") emit("ready", { conversationId: frame.conversationId, demo: frame.demo });
    if (frame.type === "message" && state.entries !== before.entries) emit("message", frame.message);
    if (frame.type === "error") emit("error", { code: frame.code });
  });
  view.host.addEventListener("charla-open", () => emit("open", undefined));
  view.host.addEventListener("charla-close", () => emit("close", undefined));
  return {
    open: () => view.open(),
    close: () => view.close(),
    send: (text) => client.send(text),
    on: (name, listener) => {
      listeners[name].add(listener);
      const current = now[name]();
      if (current !== null) isolate(() => listener(current));
      return () => listeners[name].delete(listener);
    },
  };
}
