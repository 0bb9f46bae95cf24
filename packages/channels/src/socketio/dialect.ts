import type { ChatMessage, ClientFrame, ServerFrame } from "@charla/domain/webchat";
import { conversationQuery, messageRequest, seenRequest, typingRequest } from "./requests.ts";

/** What goes to the client: an event, or the answer to one of its own by the number it gave it. */
export type Emission = { event: string; args: unknown[] } | { ack: number; args: unknown[] };

type Answer = { frame?: ClientFrame; emissions: Emission[] };

/** Something the conversation has not answered yet; said again after an interruption it is still the same thing. */
type Waiting = { frame: Extract<ClientFrame, { id?: string | undefined }>; id: string; ack: number | null };

/** All that is known of a client, so that another place can go on with it. */
export type DialectState = {
  conversationId: string;
  /** The number of the newest message that was shown. */
  shown: number;
  draft: { turnId: string; next: number } | null;
  waiting: Waiting[];
};

const MAX_WAITING = 200;
const TOO_MUCH = { code: "RATE_LIMITED", message: "Too much at once; this was not taken.", retryAfterMs: 1_000 };
const NOT_YOURS = { code: "NOT_FOUND", message: "No such conversation." };

/** Translates between a client's events and the frames of the web chat; it knows of no socket and no clock. */
export class Dialect {
  readonly #state: DialectState;
  readonly #newId: () => string;

  constructor(state: DialectState, newId: () => string) {
    this.#state = state;
    this.#newId = newId;
  }

  get state(): DialectState {
    return structuredClone(this.#state);
  }

  /** To be said again on a new connection to the conversation. */
  get unanswered(): ClientFrame[] {
    return this.#state.waiting.map(({ frame }) => frame);
  }

  /** The conversation speaks: what of it the client is told. */
  said(frame: ServerFrame): Emission[] {
    switch (frame.type) {
      case "message":
        return this.#message(frame.message);
      case "accepted":
        return this.#accepted(frame);
      case "chunk":
        return this.#chunk(frame);
      case "chunk_reset":
        return this.#dropDraft(frame.turnId);
      case "typing":
        return frame.who === "visitor" ? [] : [event("typing", { on: frame.on, who: frame.who })];
      case "status":
        return [event("messageStatus", { seq: frame.seq, state: frame.state })];
      case "owner":
        return [event("owner", { owner: frame.owner })];
      case "history":
        return this.#answer(frame.id, "conversation", {
          id: this.#state.conversationId,
          messages: frame.messages,
          more: frame.more,
        });
      case "ended":
        return this.#answer(frame.id, "conversationEnded", { id: this.#state.conversationId });
      case "error":
        return this.#refused(frame);
      case "ready":
        return [];
    }
  }

  /** The client speaks: what the conversation is told, and what is answered at once. */
  heard(args: readonly unknown[], ack: number | null): Answer {
    const [name, payload] = args;
    switch (name) {
      case "sendMessage":
        return this.#sendMessage(payload, ack);
      case "getConversation":
      case "endConversation":
        return this.#ask(name, payload, ack);
      case "typing": {
        const read = typingRequest(payload);
        if (!read.ok) return refuse(read.refusal, ack);
        return { frame: { v: 1, type: "typing", on: read.request.on }, emissions: done(ack) };
      }
      case "seen": {
        const read = seenRequest(payload);
        if (!read.ok) return refuse(read.refusal, ack);
        const { seq, state } = read.request;
        return { frame: { v: 1, type: "seen", seq, state }, emissions: done(ack) };
      }
      case "ping":
        return { emissions: [ack === null ? { event: "pong", args: [] } : { ack, args: [] }] };
      default:
        return refuse({ code: "UNKNOWN_EVENT", message: "There is no such event." }, ack);
    }
  }

  #sendMessage(payload: unknown, ack: number | null): Answer {
    const read = messageRequest(payload);
    if (!read.ok) return refuse(read.refusal, ack);
    const { text, action, conversationId } = read.request;
    if (this.#isForeign(conversationId)) return refuse(NOT_YOURS, ack, read.request.id);
    const id = read.request.id ?? this.#newId();
    return this.#wait({ v: 1, type: "message", id, text, ...(action ? { action } : {}) }, id, ack);
  }

  #ask(name: "getConversation" | "endConversation", payload: unknown, ack: number | null): Answer {
    const read = conversationQuery(payload);
    if (!read.ok) return refuse(read.refusal, ack);
    const { conversationId, before, limit } = read.request;
    if (this.#isForeign(conversationId)) return refuse(NOT_YOURS, ack);
    const id = this.#newId();
    return name === "endConversation"
      ? this.#wait({ v: 1, type: "end", id }, id, ack)
      : this.#wait({ v: 1, type: "history", before, limit, id }, id, ack);
  }

  #isForeign(conversationId: string | undefined): boolean {
    return conversationId !== undefined && conversationId !== this.#state.conversationId;
  }

  #wait(frame: Waiting["frame"], id: string, ack: number | null): Answer {
    const { waiting } = this.#state;
    if (waiting.length >= MAX_WAITING) return refuse(TOO_MUCH, ack, id);
    waiting.push({ frame, id, ack });
    return { frame, emissions: [] };
  }

  #settle(id: string | undefined): Waiting[] {
    const settled = this.#state.waiting.filter((waiting) => waiting.id === id);
    if (settled.length > 0) this.#state.waiting = this.#state.waiting.filter((waiting) => waiting.id !== id);
    return settled;
  }

  #message(message: ChatMessage): Emission[] {
    const { seq, id, role, text, at, state, clientId, author, buttons, media, deleted } = message;
    if (seq <= this.#state.shown) {
      return [event("messageStatus", { id: clientId ?? id, seq, state: deleted === true ? "deleted" : state })];
    }
    this.#state.shown = seq;
    const { conversationId } = this.#state;
    // A client from before there were files reads on as if there were none.
    const files = media === undefined ? {} : { files: media };
    if (role === "visitor") {
      const own = { id: clientId ?? id, messageId: id, conversationId, seq, text, at };
      return [this.#shown("messageReceived", { ...own, ...files })];
    }
    this.#state.draft = null;
    const more = {
      ...(author === undefined ? {} : { author }),
      ...(buttons === undefined ? {} : { buttons }),
      ...files,
    };
    return [this.#shown("messageComplete", { id, conversationId, seq, role, text, at, ...more })];
  }

  /** The last argument is what the official client repeats when it comes back: what it has seen up to now. */
  #shown(name: string, payload: object): Emission {
    return { event: name, args: [payload, String(this.#state.shown)] };
  }

  /** Whoever asked for no answer hears of a repeat all the same; of a first time everybody hears by the message itself. */
  #accepted({ id, seq, duplicate }: Extract<ServerFrame, { type: "accepted" }>): Emission[] {
    const { conversationId } = this.#state;
    return this.#settle(id).flatMap(({ ack }) => {
      if (ack !== null) return [{ ack, args: [{ ok: true, id, seq, conversationId, duplicate }] }];
      return duplicate ? [event("messageReceived", { id, conversationId, seq, duplicate })] : [];
    });
  }

  #answer(id: string | undefined, name: string, payload: object): Emission[] {
    return this.#settle(id).map(({ ack }) => (ack === null ? event(name, payload) : accepted(ack, payload)));
  }

  #refused({ id, code, message, retryAfterMs }: Extract<ServerFrame, { type: "error" }>): Emission[] {
    const error = { code, message, ...(retryAfterMs === undefined ? {} : { retryAfterMs }) };
    const settled = this.#settle(id);
    if (settled.length === 0) return [event("error", error)];
    return settled.flatMap(
      (waiting) => refuse(error, waiting.ack, waiting.frame.type === "message" ? id : undefined).emissions,
    );
  }

  /** A stream that was not seen from its beginning is not shown; the whole message comes at its end. */
  #chunk({ turnId, index, text }: Extract<ServerFrame, { type: "chunk" }>): Emission[] {
    const { draft } = this.#state;
    const next = draft?.turnId === turnId ? draft.next : 0;
    if (index !== 0 && index !== next) return this.#dropDraft(turnId);
    this.#state.draft = { turnId, next: index + 1 };
    return [event("messageChunk", { turnId, index, delta: text })];
  }

  #dropDraft(turnId: string): Emission[] {
    const { draft } = this.#state;
    if (draft?.turnId === turnId && draft.next === VOID) return [];
    this.#state.draft = { turnId, next: VOID };
    return [event("messageReset", { turnId })];
  }
}

/** No chunk has this number: what follows of the turn is not shown until it begins anew. */
const VOID = -1;

const event = (name: string, payload: object): Emission => ({ event: name, args: [payload] });
const accepted = (ack: number, payload: object): Emission => ({ ack, args: [{ ok: true, ...payload }] });
const done = (ack: number | null): Emission[] => (ack === null ? [] : [accepted(ack, {})]);

type Told = { code: string; message: string; retryAfterMs?: number };

function refuse(error: Told, ack: number | null, id?: string): { emissions: Emission[] } {
  const named = id === undefined ? error : { ...error, id };
  return { emissions: [ack === null ? event("error", named) : { ack, args: [{ ok: false, error: named }] }] };
}
