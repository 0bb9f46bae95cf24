import type { Arrival } from "@charla/domain/inbound";
import type { LogRow } from "@charla/domain/log";
import { newId } from "@charla/domain/ids";
import type { Viewer } from "@charla/domain/rpc";
import { ClientFrame, OperatorFrame, TOO_FAST_CLOSE, type ChatMessage } from "@charla/domain/webchat";
import type { Core } from "./core.ts";
import { Doorkeeper } from "./doorkeeper.ts";
import { FrameLimit } from "./frame-limit.ts";
import { sendFrame, toChatMessage, type Live } from "./live.ts";
import { newestPage, pageAfter, perhapsChanged } from "./log-pages.ts";
import { readFrame } from "./read-frame.ts";

const FIRST_PAGE = 50;
const SNAPSHOT_ROWS = 500;

type Visitor = Extract<Viewer, { role: "visitor" }>;
type Parts = {
  id: string;
  core: Core;
  live: Live;
  accept: (arrival: Arrival) => Promise<{ accepted: number; seq: number | null }>;
  seen: (seq: number, state: "delivered" | "read") => void;
  ended: () => void;
};

/** The web-chat protocol at the conversation's end: frames in, the missing part of the log out. */
export class Sockets {
  readonly #parts: Parts;
  readonly #door: Doorkeeper;
  readonly #limits = { visitor: new FrameLimit(), operator: new FrameLimit() };

  constructor(parts: Parts) {
    this.#parts = parts;
    this.#door = new Doorkeeper(parts.core, parts.live);
  }

  /** Registers first and reads after: a row that appears in between is sent twice, never lost, and clients drop repeats by number. */
  open(viewer: Viewer): Response {
    const { core, live, id } = this.#parts;
    const { response, socket } = live.accept(viewer);
    if (viewer.role === "operator") {
      const { afterSeq } = viewer;
      sendFrame(socket, afterSeq === 0 ? newestPage(core) : pageAfter(core, afterSeq));
      for (const row of perhapsChanged(core, afterSeq)) sendFrame(socket, { v: 1, type: "row", row });
      return response;
    }
    const owner = core.started ? core.head.owner.type : "ai";
    const { messages, more } = this.#missed(viewer.afterSeq);
    sendFrame(socket, {
      v: 1,
      type: "ready",
      conversationId: id,
      seq: core.log.last,
      agent: { name: viewer.agentName },
      owner,
      demo: viewer.demo,
      complete: !more,
    });
    for (const message of messages) sendFrame(socket, { v: 1, type: "message", message });
    // Without messages of its own it only tells whether older ones can be asked for.
    if (more || viewer.afterSeq === 0) sendFrame(socket, { v: 1, type: "history", messages: [], more });
    return response;
  }

  async message(socket: WebSocket, data: string | ArrayBuffer): Promise<void> {
    const viewer = this.#parts.live.viewerOf(socket);
    if (!(await this.#door.admits(socket, viewer))) return;
    const { role } = viewer;
    const wait = this.#limits[role].take(this.#parts.core.now());
    const { frame, id } = readFrame(role === "visitor" ? ClientFrame : OperatorFrame, data);
    if (wait > 0) return this.#refuse(socket, role, id, wait);
    if (frame === null) {
      const message = "This frame could not be read.";
      return sendFrame(socket, { v: 1, type: "error", code: "BAD_FRAME", message, ...id });
    }
    if (frame.type === "rows") return sendFrame(socket, pageAfter(this.#parts.core, frame.after));
    if (viewer.role === "visitor") await this.#hear(socket, viewer, frame);
  }

  async #hear(socket: WebSocket, viewer: Visitor, frame: ClientFrame): Promise<void> {
    switch (frame.type) {
      case "message": {
        const arrival = arrivalOf(viewer, frame, this.#parts.core.now());
        const result = await this.#parts.accept(arrival).catch((error: unknown) => {
          sendFrame(socket, {
            v: 1,
            type: "error",
            code: "UNAVAILABLE",
            message: "This message could not be kept; send it again.",
            id: frame.id,
          });
          throw error;
        });
        return sendFrame(socket, {
          v: 1,
          type: "accepted",
          id: frame.id,
          seq: result.seq ?? 0,
          duplicate: result.accepted === 0,
        });
      }
      case "seen":
        return this.#parts.seen(frame.seq, frame.state);
      case "typing":
        return this.#parts.live.toOperators({ v: 1, type: "typing", on: frame.on, who: "visitor" });
      case "history": {
        const { messages, more } = this.#history(frame.before, frame.limit);
        return sendFrame(socket, { v: 1, type: "history", messages, more, ...(frame.id && { id: frame.id }) });
      }
      case "end":
        this.#parts.ended();
        return sendFrame(socket, { v: 1, type: "ended", id: frame.id });
    }
  }

  #refuse(socket: WebSocket, role: Viewer["role"], id: { id?: string }, retryAfterMs: number): void {
    if (this.#limits[role].exhausts(this.#parts.core.now())) return socket.close(TOO_FAST_CLOSE, "too fast");
    sendFrame(socket, {
      v: 1,
      type: "error",
      code: "RATE_LIMITED",
      message: "Too much at once; this was not taken.",
      retryAfterMs,
      ...id,
    });
  }

  /** The newest that fit; after a very long absence the gap before them is filled by asking for history. */
  #missed(afterSeq: number): { messages: ChatMessage[]; more: boolean } {
    const { core } = this.#parts;
    if (!core.started) return { messages: [], more: false };
    const limit = afterSeq > 0 ? SNAPSHOT_ROWS : FIRST_PAGE;
    const rows = core.log.newestAfter(afterSeq, limit + 1);
    return { messages: shown(rows.slice(0, limit).reverse()), more: rows.length > limit };
  }

  #history(before: number, limit: number): { messages: ChatMessage[]; more: boolean } {
    const { core } = this.#parts;
    if (!core.started) return { messages: [], more: false };
    const rows = core.log.messagesBefore(before, limit + 1);
    return { messages: shown(rows.slice(0, limit).reverse()), more: rows.length > limit };
  }
}

export const shown = (rows: LogRow[]): ChatMessage[] => rows.map(toChatMessage).filter((message) => message !== null);

function arrivalOf(viewer: Visitor, frame: Extract<ClientFrame, { type: "message" }>, now: number): Arrival {
  const { tenantId, channelId, channelKind, agentId, thread, contact } = viewer;
  return {
    key: { tenantId, channelId, thread },
    channelKind,
    agentId,
    contact,
    trackingId: newId("tracking", now),
    events: [
      {
        kind: "message",
        externalId: frame.id,
        at: now,
        text: frame.text.toWellFormed().replaceAll("\0", ""),
        ...(frame.action ? { action: frame.action } : {}),
      },
    ],
    statuses: [],
  };
}
