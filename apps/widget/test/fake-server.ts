import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import type { ChatMessage, ServerFrame } from "@charla/domain/webchat";
import { type WebSocket, WebSocketServer } from "ws";
import { bundleWidget } from "../build.ts";
import { testPage } from "./test-page.ts";

export const CHANNEL = "chn_01jd0000000000000000000000";

/** How much of an old conversation a new connection is told. */
const FIRST_PAGE = 50;

type Unversioned<T> = T extends ServerFrame ? Omit<T, "v"> : never;
type Received = {
  type: string;
  id?: string;
  text?: string;
  seq?: number;
  state?: string;
  on?: boolean;
  before?: number;
  limit?: number;
  action?: { id: string; title: string };
};
type Visitor = {
  id: string;
  messages: ChatMessage[];
  sockets: Set<WebSocket>;
  received: Received[];
  byClientId: Map<string, number>;
};

/** What goes wrong, switched on and off by a test at any moment. */
export type Faults = {
  /** Answers every upgrade with 503. */
  refuseSockets: boolean;
  /** Sends every frame twice. */
  duplicate: boolean;
  /** Stores the message, then drops the socket in place of confirming it. */
  dropBeforeAccept: boolean;
  /** Answers the session request with this status. */
  sessionStatus: number | null;
  /** Confirms nothing and answers nothing. */
  mute: boolean;
};

const json = (response: ServerResponse, status: number, body: unknown): void => {
  response.writeHead(status, { "content-type": "application/json" });
  response.end(JSON.stringify(body));
};

/** A chat server in one process that speaks the web-chat protocol and can be told to do it badly. */
export class FakeChat {
  readonly faults: Faults = {
    refuseSockets: false,
    duplicate: false,
    dropBeforeAccept: false,
    sessionStatus: null,
    mute: false,
  };
  readonly requests: string[] = [];
  readonly visitors = new Map<string, Visitor>();
  /** Stored files by the place that a link is asked for; what is `null` was deleted after its message was shown. */
  readonly files = new Map<string, { mime: string; bytes: Uint8Array } | null>();
  agentName = "Vera";
  demo = true;
  /** Pieces of the answer to a text; none means silence. */
  answer: (text: string) => string[] = (text) => ["Has dicho: ", text];
  #seq = 0;
  #turn = 0;
  #tokens = new Map<string, string>();
  readonly #script: string;
  readonly #server: Server;
  readonly #upgrades = new WebSocketServer({ noServer: true });

  private constructor(script: string) {
    this.#script = script;
    this.#server = createServer((request, response) => this.#onRequest(request, response));
    this.#server.on("upgrade", (request, socket, head) => {
      const url = new URL(request.url ?? "/", "http://chat");
      const visitor = this.visitors.get(this.#tokens.get(url.searchParams.get("token") ?? "") ?? "");
      if (this.faults.refuseSockets) socket.end("HTTP/1.1 503 Service Unavailable\r\n\r\n");
      else if (visitor === undefined) socket.end("HTTP/1.1 401 Unauthorized\r\n\r\n");
      else
        this.#upgrades.handleUpgrade(request, socket, head, (ws) =>
          this.#onSocket(ws, visitor, Number(url.searchParams.get("after"))),
        );
    });
  }

  static async start(port = 0): Promise<FakeChat> {
    const chat = new FakeChat(await bundleWidget());
    await new Promise<void>((resolve) => chat.#server.listen(port, "127.0.0.1", resolve));
    return chat;
  }

  get url(): string {
    const { port } = this.#server.address() as AddressInfo;
    return `http://127.0.0.1:${port}`;
  }

  async stop(): Promise<void> {
    this.dropSockets();
    this.#server.closeAllConnections();
    await new Promise((resolve) => this.#server.close(resolve));
  }

  /** The visitor who came last, which in a test is the one there is. */
  get visitor(): Visitor {
    const visitor = [...this.visitors.values()].at(-1);
    if (visitor === undefined) throw new Error("Nobody has come yet");
    return visitor;
  }

  received(type: string): Received[] {
    return [...this.visitors.values()].flatMap((visitor) => visitor.received).filter((frame) => frame.type === type);
  }

  send(frame: Unversioned<ServerFrame>, visitor = this.visitor): void {
    const text = JSON.stringify({ v: 1, ...frame });
    for (const socket of visitor.sockets) {
      socket.send(text);
      if (this.faults.duplicate) socket.send(text);
    }
  }

  say(text: string, over: Partial<ChatMessage> = {}, visitor = this.visitor): ChatMessage {
    const seq = ++this.#seq;
    const message: ChatMessage = { seq, id: `msg_${seq}`, role: "agent", text, at: Date.now(), state: "sent", ...over };
    visitor.messages.push(message);
    this.send({ type: "message", message }, visitor);
    return message;
  }

  /** The visitor was erased: what comes next is numbered from the beginning. */
  forget(): void {
    this.visitor.messages.length = 0;
    this.#seq = 0;
    this.dropSockets(1012);
  }

  dropSockets(code?: number): void {
    for (const { sockets } of this.visitors.values())
      for (const socket of sockets) {
        if (code === undefined) socket.terminate();
        else socket.close(code);
      }
  }

  expireTokens(): void {
    this.#tokens.clear();
  }

  #onRequest(request: IncomingMessage, response: ServerResponse): void {
    const url = new URL(request.url ?? "/", this.url);
    this.requests.push(`${request.method} ${url.pathname}`);
    if (url.pathname === "/chat/widget.js") {
      response.writeHead(200, { "content-type": "text/javascript" });
      response.end(this.#script);
    } else if (url.pathname === `/chat/${CHANNEL}/session`) this.#session(request, response);
    else if (url.pathname.startsWith(`/chat/${CHANNEL}/messages/`)) this.#fileLink(url, request, response);
    else if (url.pathname.startsWith("/files/")) this.#file(url, response);
    else if (url.pathname === "/favicon.ico") response.writeHead(204).end();
    else testPage(url, CHANNEL, response);
  }

  #session(request: IncomingMessage, response: ServerResponse): void {
    if (this.faults.sessionStatus !== null) return json(response, this.faults.sessionStatus, {});
    const old = request.headers.authorization?.slice("Bearer ".length);
    const known = old === undefined ? undefined : this.#tokens.get(old);
    if (old !== undefined && known === undefined) return json(response, 401, {});
    const id = known ?? `vis_${this.visitors.size + 1}`;
    if (!this.visitors.has(id))
      this.visitors.set(id, { id, messages: [], sockets: new Set(), received: [], byClientId: new Map() });
    const token = `token-${id}-${this.#tokens.size}`;
    this.#tokens.set(token, id);
    json(response, 200, {
      token,
      expiresAt: new Date(Date.now() + 86_400_000).toISOString(),
      agent: { name: this.agentName },
      demo: this.demo,
    });
  }

  #fileLink(url: URL, request: IncomingMessage, response: ServerResponse): void {
    const place = url.pathname.slice(`/chat/${CHANNEL}/messages/`.length);
    if (!this.#tokens.has(request.headers.authorization?.slice("Bearer ".length) ?? "")) json(response, 401, {});
    else if (this.files.has(place)) json(response, 200, { url: `${this.url}/files/${place}/name` });
    else json(response, 404, {});
  }

  #file(url: URL, response: ServerResponse): void {
    const file = this.files.get(url.pathname.slice("/files/".length, -"/name".length));
    if (file === undefined || file === null) return json(response, 410, {});
    response.writeHead(200, { "content-type": file.mime, "content-disposition": 'attachment; filename="x"' });
    response.end(file.bytes);
  }

  #onSocket(socket: WebSocket, visitor: Visitor, after: number): void {
    visitor.sockets.add(socket);
    socket.on("close", () => visitor.sockets.delete(socket));
    socket.on("message", (data) => {
      const text = data.toString();
      if (text === "ping") socket.send("pong");
      else this.#onFrame(JSON.parse(text), visitor, socket);
    });
    const reply = (frame: Unversioned<ServerFrame>): void => socket.send(JSON.stringify({ v: 1, ...frame }));
    reply({
      type: "ready",
      conversationId: "cnv_test",
      seq: this.#seq,
      agent: { name: this.agentName },
      owner: "ai",
      demo: this.demo,
      complete: after > 0 || visitor.messages.length <= FIRST_PAGE,
    });
    const missed =
      after === 0 ? visitor.messages.slice(-FIRST_PAGE) : visitor.messages.filter(({ seq }) => seq > after);
    for (const message of missed) reply({ type: "message", message });
  }

  #onFrame(frame: Received, visitor: Visitor, socket: WebSocket): void {
    visitor.received.push(frame);
    if (frame.type === "history") {
      const older = visitor.messages.filter(({ seq }) => seq < (frame.before ?? 0));
      const limit = frame.limit ?? 30;
      this.send({ type: "history", messages: older.slice(-limit), more: older.length > limit }, visitor);
    }
    if (frame.type === "message" && frame.id !== undefined && !this.faults.mute)
      this.#onMessage(frame.id, frame.text ?? "", visitor, socket);
  }

  #onMessage(id: string, text: string, visitor: Visitor, socket: WebSocket): void {
    const known = visitor.byClientId.get(id);
    if (known !== undefined) return this.send({ type: "accepted", id, seq: known, duplicate: true }, visitor);
    const seq = ++this.#seq;
    visitor.byClientId.set(id, seq);
    const message: ChatMessage = {
      seq,
      id: `msg_${seq}`,
      role: "visitor",
      text,
      at: Date.now(),
      state: "new",
      clientId: id,
    };
    visitor.messages.push(message);
    if (this.faults.dropBeforeAccept) return socket.terminate();
    this.send({ type: "accepted", id, seq, duplicate: false }, visitor);
    this.send({ type: "message", message }, visitor);
    this.#reply(text, seq, visitor);
  }

  #reply(text: string, inSeq: number, visitor: Visitor): void {
    const pieces = this.answer(text);
    if (pieces.length === 0) return;
    const turnId = `trn_${++this.#turn}`;
    this.send({ type: "status", seq: inSeq, state: "taken" }, visitor);
    this.send({ type: "typing", on: true, who: "agent" }, visitor);
    for (const [index, piece] of pieces.entries()) this.send({ type: "chunk", turnId, index, text: piece }, visitor);
    this.say(pieces.join(""), {}, visitor);
  }
}
