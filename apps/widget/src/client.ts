import type { ServerFrame } from "@charla/domain/webchat";
import { Connection } from "./connection.ts";
import { FileLinks } from "./file-links.ts";
import { MAX_TEXT } from "./frames.ts";
import type { Options } from "./options.ts";
import { reduce, type ChatEvent } from "./reduce.ts";
import { type Action, type ChatState, initialState, lastSeqFromOthers, mayHaveOlder, unsent } from "./state.ts";
import type { ChatStorage, Look } from "./storage.ts";

const ACK_MS = 15_000;
const RETRY_MS = 5000;
const TYPING_SHOWN_MS = 20_000;
const TYPING_TOLD_MS = 3000;
const TYPING_IDLE_MS = 4000;
const HISTORY_PAGE = 30;

export type ChatListener = (state: ChatState, before: ChatState, event: ChatEvent) => void;

function newClientId(): string {
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  return `c_${[...bytes].map((byte) => byte.toString(16).padStart(2, "0")).join("")}`;
}

/** Joins state, storage and socket: everything of the chat that is not on the screen. */
export class ChatClient {
  state: ChatState;
  readonly files: FileLinks;
  readonly #storage: ChatStorage;
  readonly #connection: Connection;
  readonly #listeners = new Set<ChatListener>();
  #visible = false;
  #told = { delivered: 0, read: 0, typingAt: 0, typing: false };
  #typingOver: ReturnType<typeof setTimeout> | undefined;
  #typingIdle: ReturnType<typeof setTimeout> | undefined;
  #ack: ReturnType<typeof setTimeout> | undefined;

  constructor(options: Options, storage: ChatStorage) {
    this.#storage = storage;
    this.files = new FileLinks(options, storage);
    const stored = storage.read();
    this.state = initialState(stored.readSeq);
    for (const { id, text, at, action } of stored.unsent)
      this.state = reduce(this.state, { type: "written", id, text, at, action });
    this.#connection = new Connection(options, storage, {
      link: (link) => this.#dispatch({ type: "link", link }),
      session: ({ agentName, demo, fresh }) => {
        if (fresh) this.#dispatch({ type: "forgotten" });
        this.#dispatch({ type: "session", agentName: agentName ?? this.state.agentName, demo });
      },
      frame: (frame) => this.#onFrame(frame),
      lastSeq: () => this.state.lastSeq,
    });
    document.addEventListener("visibilitychange", () => this.#tellSeen());
  }

  listen(listener: ChatListener): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  /** What the channel's owner chose; told with each session. */
  get look(): Look {
    return this.#storage.read().session?.look ?? {};
  }

  /** Visitors who have talked before hear of answers with the panel closed; nobody else costs a connection. */
  resume(): void {
    const stored = this.#storage.read();
    if (stored.talked || stored.unsent.length > 0) this.#connection.start();
  }

  setVisible(visible: boolean): void {
    this.#visible = visible;
    if (visible) {
      this.#connection.start();
      this.#connection.wake();
    }
    this.#tellSeen();
  }

  send(text: string, action?: Action): boolean {
    const clean = text.trim();
    if (clean === "" || clean.length > MAX_TEXT) return false;
    const message = { id: newClientId(), text: clean, at: Date.now(), action };
    this.#storage.addUnsent(message);
    this.#dispatch({ type: "written", ...message });
    this.#connection.start();
    this.#connection.wake();
    this.#transmit(message.id);
    this.#stopTyping(false);
    return true;
  }

  retry(id: string): void {
    const entry = this.state.entries.find((other) => other.clientId === id);
    if (entry === undefined) return;
    this.#storage.addUnsent({ id, text: entry.text, at: entry.at, action: entry.action });
    this.#dispatch({ type: "retried", id });
    this.#transmit(id);
  }

  discard(id: string): void {
    this.#storage.removeUnsent(id);
    this.#dispatch({ type: "discarded", id });
  }

  reconnect(): void {
    this.#connection.wake();
  }

  older(): void {
    const before = this.state.entries.find((entry) => entry.seq !== null)?.seq;
    if (!mayHaveOlder(this.state) || this.state.loadingHistory || before === undefined || before === null) return;
    if (this.#connection.send({ type: "history", before, limit: HISTORY_PAGE }))
      this.#dispatch({ type: "history_asked" });
  }

  typed(): void {
    clearTimeout(this.#typingIdle);
    this.#typingIdle = setTimeout(() => this.#stopTyping(true), TYPING_IDLE_MS);
    if (Date.now() - this.#told.typingAt < TYPING_TOLD_MS) return;
    this.#told.typing = this.#connection.send({ type: "typing", on: true });
    this.#told.typingAt = Date.now();
  }

  #stopTyping(tell: boolean): void {
    clearTimeout(this.#typingIdle);
    // A sent message says it by itself.
    if (tell && this.#told.typing) this.#connection.send({ type: "typing", on: false });
    this.#told.typing = false;
    this.#told.typingAt = 0;
  }

  #dispatch(event: ChatEvent): void {
    const before = this.state;
    this.state = reduce(before, event);
    if (this.state !== before) for (const listener of this.#listeners) listener(this.state, before, event);
  }

  #onFrame(frame: ServerFrame): void {
    const beganAnew = frame.type === "ready" && frame.seq < this.state.lastSeq;
    this.#dispatch({ type: "frame", frame });
    if (frame.type === "ready") {
      // We asked for what comes after a number of the one before.
      if (beganAnew) this.#connection.send({ type: "history", before: frame.seq + 1, limit: HISTORY_PAGE });
      this.#told.delivered = this.#told.read = 0;
      for (const entry of unsent(this.state)) if (entry.clientId !== undefined) this.#transmit(entry.clientId);
    }
    if (frame.type === "accepted" || frame.type === "error" || frame.type === "message") this.#settleUnsent(frame);
    if (frame.type === "typing" && frame.on) {
      clearTimeout(this.#typingOver);
      this.#typingOver = setTimeout(() => this.#dispatch({ type: "typing_over" }), TYPING_SHOWN_MS);
    }
    this.#tellSeen();
  }

  #transmit(id: string): void {
    const entry = this.state.entries.find((other) => other.clientId === id);
    if (entry === undefined || !this.#connection.send({ type: "message", id, text: entry.text, action: entry.action }))
      return;
    // A socket that takes messages and confirms none is dead, whatever it says of itself.
    clearTimeout(this.#ack);
    this.#ack = setTimeout(() => this.#connection.restart(), ACK_MS);
  }

  #settleUnsent(frame: ServerFrame): void {
    const waiting = new Set(unsent(this.state).map((entry) => entry.clientId));
    for (const { id } of this.#storage.read().unsent) {
      const entry = this.state.entries.find((other) => other.clientId === id);
      if (entry !== undefined && !waiting.has(id)) this.#storage.removeUnsent(id);
    }
    if (waiting.size === 0) return clearTimeout(this.#ack);
    if (frame.type !== "error") return;
    // The server could not take it just now: same id again, so that it cannot arrive twice.
    clearTimeout(this.#ack);
    this.#ack = setTimeout(() => {
      for (const entry of unsent(this.state)) if (entry.clientId !== undefined) this.#transmit(entry.clientId);
    }, RETRY_MS);
  }

  #tellSeen(): void {
    const seq = lastSeqFromOthers(this.state);
    const reading = this.#visible && document.visibilityState === "visible";
    if (reading && seq > this.state.readSeq) {
      this.#storage.saveRead(seq);
      this.#dispatch({ type: "read", seq });
    }
    if (reading && seq > this.#told.read) {
      if (this.#connection.send({ type: "seen", seq, state: "read" }))
        this.#told = { ...this.#told, read: seq, delivered: seq };
    } else if (seq > this.#told.delivered && this.#connection.send({ type: "seen", seq, state: "delivered" }))
      this.#told.delivered = seq;
  }
}
