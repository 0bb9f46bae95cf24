import type { LogRow } from "@charla/domain/log";
import type { Viewer } from "@charla/domain/rpc";
import type { ChatMessage, ChatRole, LiveFrame, ServerFrame } from "@charla/domain/webchat";

type Role = Viewer["role"];

/** Sockets that look on. They hibernate: who each one is lives in its attachment, not in this object. */
export class Live {
  readonly #ctx: DurableObjectState;
  #counts: Record<Role, number> | null = null;
  /** Hears, in this process, what visitors see: the line of a telephone call. */
  listener: ((frame: ServerFrame) => void) | null = null;
  onSend = (): void => undefined;

  constructor(ctx: DurableObjectState) {
    this.#ctx = ctx;
  }

  accept(viewer: Viewer): { response: Response; socket: WebSocket } {
    const pair = new WebSocketPair();
    const [client, server] = [pair[0], pair[1]];
    this.#ctx.acceptWebSocket(server, [viewer.role]);
    server.serializeAttachment(viewer);
    this.#counts = null;
    return { response: new Response(null, { status: 101, webSocket: client }), socket: server };
  }

  viewerOf(socket: WebSocket): Viewer {
    return socket.deserializeAttachment() as Viewer;
  }

  /** Of those who look on; the line of a call is none of them. */
  sockets(...roles: Role[]): WebSocket[] {
    return roles.flatMap((role) => this.#ctx.getWebSockets(role));
  }

  left(): void {
    this.#counts = null;
  }

  watched(role?: Role): boolean {
    const counts = (this.#counts ??= {
      visitor: this.#ctx.getWebSockets("visitor").length,
      operator: this.#ctx.getWebSockets("operator").length,
    });
    return role ? counts[role] > 0 : this.listener !== null || counts.visitor + counts.operator > 0;
  }

  changed(row: LogRow): void {
    if (!this.watched()) return;
    if (this.watched("operator")) this.#send({ v: 1, type: "row", row }, "operator");
    if (row.kind === "in" && row.state === "taken" && !row.body.deleted && row.body.text === undefined) {
      this.#send({ v: 1, type: "status", seq: row.seq, state: READ }, "visitor");
      return;
    }
    const message = this.watched("visitor") ? toChatMessage(row) : null;
    if (message) this.#send({ v: 1, type: "message", message }, "visitor");
  }

  toAll(frame: ServerFrame): void {
    if (!this.watched()) return;
    this.listener?.(frame);
    this.#send(frame, "visitor", "operator");
  }

  toOperators(frame: ServerFrame): void {
    this.#send(frame, "operator");
  }

  #send(frame: LiveFrame, ...roles: Role[]): void {
    const sockets = this.sockets(...roles);
    if (sockets.length === 0) return;
    this.onSend();
    const text = JSON.stringify(frame);
    for (const socket of sockets) sendText(socket, text);
  }
}

export function sendFrame(socket: WebSocket, frame: LiveFrame): void {
  sendText(socket, JSON.stringify(frame));
}

function sendText(socket: WebSocket, text: string): void {
  try {
    socket.send(text);
  } catch {
    // The socket closed between the list and the send; its client resumes by sequence number.
  }
}

/** A message that a turn has taken was read, by whoever answers. */
const READ = "read";
const HIDDEN_OUT = new Set(["dropped", "queued"]);

/** What a visitor may see of a row, or nothing. */
export function toChatMessage(row: LogRow): ChatMessage | null {
  if (row.kind === "in") {
    const { event, id } = row.body;
    if (event.kind !== "message") return null;
    const text = row.body.deleted ? "" : (row.body.text ?? event.action?.title ?? event.text);
    return {
      seq: row.seq,
      id,
      role: "visitor",
      text,
      at: row.at,
      state: row.state === "taken" ? READ : "received",
      clientId: event.externalId,
      ...(row.body.deleted ? { deleted: true } : {}),
    };
  }
  if (row.kind !== "out" || HIDDEN_OUT.has(row.state)) return null;
  const { id, text, author, buttons, media, createdAt } = row.body;
  const role: ChatRole = author.type === "ai" ? "agent" : author.type;
  return {
    seq: row.seq,
    id,
    role,
    text,
    at: createdAt,
    state: row.state,
    ...(author.type === "human" && author.name ? { author: author.name } : {}),
    ...(buttons ? { buttons } : {}),
    ...(media ? { media: media.map(({ type, mime, name, size }) => ({ type, mime, name, size })) } : {}),
  };
}
