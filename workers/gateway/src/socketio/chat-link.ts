import { Dialect, type DialectState, type Emission } from "@charla/channels/socketio/dialect";
import { newPid, resumptionOf, type Resumption } from "@charla/channels/socketio/resume";
import type { Pass } from "@charla/domain/admission";
import { AppError, isAppError } from "@charla/domain/errors";
import { newId } from "@charla/domain/ids";
import type { ClientFrame, ServerFrame } from "@charla/domain/webchat";
import { chargeMessage, requireRoom } from "../chat/admission.ts";
import { frameOf } from "../chat/events.ts";
import { originAllowed } from "../chat/origins.ts";
import { chatKey, openVisitorSocket } from "../chat/viewer.ts";
import type { Visitor } from "../chat/visitor-token.ts";
import { conversationIdByKey } from "../objects.ts";
import type { Knock } from "./knock.ts";
import { enterLink } from "./limits.ts";
import { accountOf, visitOf, type Visit } from "./visit.ts";

/** What another place needs to go on with a namespace; where nobody was let in yet, what was said for it. */
export type LinkState =
  | { nsp: string; auth: Record<string, unknown> }
  | { nsp: string; channelId: string; visitor: Visitor; dialect: DialectState };

type Ready = Extract<ServerFrame, { type: "ready" }>;
type Parts = {
  env: GatewayEnv;
  nsp: string;
  emit: (emissions: Emission[]) => void;
  /** The client is told that it is in, before anything else. */
  welcome: (pid: string) => void;
  /** The conversation's end is gone; a client that comes back goes on where it was. */
  lost: () => void;
};

/** After every number: a client that has seen nothing asks for what it wants. */
const NEWEST = Number.MAX_SAFE_INTEGER;

/** One namespace of one client: its events on this side, the conversation's socket on the other. */
export class ChatLink {
  readonly #parts: Parts;
  #auth: Record<string, unknown> = {};
  #visit: Visit | null = null;
  #dialect: Dialect | null = null;
  #socket: WebSocket | null = null;
  #pass: Pass | null = null;
  #closed = false;

  constructor(parts: Parts) {
    this.#parts = parts;
  }

  get state(): LinkState {
    const { nsp } = this.#parts;
    if (this.#visit === null || this.#dialect === null) return { nsp, auth: this.#auth };
    const { account, visitor } = this.#visit;
    return { nsp, channelId: account.id, visitor, dialect: this.#dialect.state };
  }

  get isOpen(): boolean {
    return this.#socket !== null;
  }

  /** Before anybody was let in there is nothing to be read that an origin could be kept from. */
  admits({ base, origin }: Knock): boolean {
    return this.#visit === null || originAllowed(this.#visit.account, origin, base, this.#parts.env);
  }

  async connect(auth: Record<string, unknown>, knock: Knock): Promise<void> {
    this.#auth = auth;
    const { env } = this.#parts;
    const visit = await visitOf(env, auth, knock);
    const conversationId = conversationIdByKey(env, chatKey(visit.account, visit.visitor));
    const back = resumptionOf(auth, conversationId);
    await this.#attach(visit, back?.after ?? NEWEST, knock.requestId, (ready) => this.#greet(ready, back));
  }

  /** Goes on with what another place has begun; the client notices nothing. */
  async resume({ channelId, visitor, dialect }: Extract<LinkState, { dialect: object }>, knock: Knock): Promise<void> {
    this.#dialect = new Dialect(dialect, newKey);
    const account = await accountOf(this.#parts.env, channelId, knock);
    await this.#attach({ account, visitor }, dialect.shown, knock.requestId, (_ready, socket) => {
      for (const frame of this.#dialect?.unanswered ?? []) send(socket, frame);
    });
  }

  /** False for a client that speaks before it was let in. */
  hear(args: readonly unknown[], ack: number | null): boolean {
    if (this.#dialect === null) return false;
    const { frame, emissions } = this.#dialect.heard(args, ack);
    this.#parts.emit(emissions);
    if (frame !== undefined && this.#afford(frame) && this.#socket !== null) send(this.#socket, frame);
    return true;
  }

  refuse(error: { code: string; message: string }, ack: number | null): void {
    this.#parts.emit([ack === null ? { event: "error", args: [error] } : { ack, args: [{ ok: false, error }] }]);
  }

  close(): void {
    if (this.#closed) return;
    this.#closed = true;
    this.#pass?.leave();
    this.#socket?.close(1000, "client left");
  }

  async #attach(
    visit: Visit,
    after: number,
    requestId: string,
    ready: (frame: Ready, socket: WebSocket) => void,
  ): Promise<void> {
    const { account, visitor } = visit;
    if (this.#closed) return;
    this.#pass = enterLink(account, visitor);
    const { webSocket } = await openVisitorSocket(this.#parts.env, account, visitor, after, Date.now(), requestId);
    if (webSocket === null || webSocket === undefined) throw new AppError("UNAVAILABLE", "an upgrade without a socket");
    webSocket.addEventListener("message", ({ data }) => {
      const frame = frameOf(data);
      if (this.#closed || frame === null) return;
      if (frame.type !== "ready") return this.#parts.emit(this.#dialect?.said(frame) ?? []);
      this.#visit = visit;
      this.#socket = webSocket;
      ready(frame, webSocket);
    });
    const lost = (): void => {
      if (!this.#closed) this.#parts.lost();
    };
    webSocket.addEventListener("close", lost);
    webSocket.addEventListener("error", lost);
    webSocket.accept();
    if (this.#closed) webSocket.close(1000, "client left");
  }

  #greet(ready: Ready, back: Resumption | null): void {
    const { conversationId, seq, agent, owner, demo, complete } = ready;
    const recovered = back !== null && complete && back.after <= seq;
    const shown = recovered ? back.after : seq;
    this.#dialect = new Dialect({ conversationId, shown, draft: null, waiting: [] }, newKey);
    this.#parts.welcome(recovered ? back.pid : newPid(conversationId, shown));
    this.#parts.emit([
      { event: "connected", args: [{ conversationId, agent, owner, demo, recovered, seq }, String(shown)] },
    ]);
  }

  /** A tenant's visitors together have a bound, whichever way they write. */
  #afford(frame: ClientFrame): boolean {
    if (frame.type !== "message" || this.#visit === null) return true;
    const { account } = this.#visit;
    try {
      requireRoom(this.#parts.env, account, Date.now());
    } catch (error) {
      if (!isAppError(error)) throw error;
      const { retryAfterMs = 1_000 } = error.details;
      const message = "Too much at once; this was not taken.";
      const refusal = { v: 1, type: "error", code: error.code, message, id: frame.id, retryAfterMs } as const;
      this.#parts.emit(this.#dialect?.said(refusal) ?? []);
      return false;
    }
    chargeMessage(this.#parts.env, account, Date.now());
    return true;
  }
}

const newKey = (): string => newId("message");

/** A socket that closed meanwhile says so itself. */
function send(socket: WebSocket, frame: ClientFrame): void {
  if (socket.readyState === WebSocket.OPEN) socket.send(JSON.stringify(frame));
}
