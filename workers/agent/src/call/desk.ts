import type { Line, LineSettings } from "@charla/channels/line";
import type { CallEntry, CallMoment, CallStep } from "@charla/domain/call";
import { AppError } from "@charla/domain/errors";
import type { Arrival } from "@charla/domain/inbound";
import type { LogRow } from "@charla/domain/log";
import type { Core } from "../conversation/core.ts";
import type { HistoryCache } from "../conversation/history-cache.ts";
import { inboxKey } from "../conversation/inbox.ts";
import type { LeaseHolder } from "../conversation/lease-holder.ts";
import type { Live } from "../conversation/live.ts";
import type { Outbox } from "../conversation/outbox.ts";
import { channelFor } from "../conversation/out-sender.ts";
import type { Turns } from "../conversation/turns.ts";
import { FrameGuard } from "./frame-guard.ts";
import { CallRow } from "./record.ts";
import { Session } from "./session.ts";
import { CallSteps } from "./steps.ts";
import { type Place, Utterances } from "./utterances.ts";

type Parts = {
  ctx: DurableObjectState;
  core: Core;
  live: Live;
  lease: LeaseHolder;
  outbox: Outbox;
  turns: Turns;
  history: HistoryCache;
  accept: (arrival: Arrival) => unknown;
  heard: (seq: number) => void;
  changed: () => void;
};

const TAG = "call";
const GOING_AWAY = 1001;

/** The telephone side of a conversation: at most one open line, and the vendor's questions of how the call goes on. */
export class CallDesk {
  readonly #parts: Parts;
  readonly #steps: CallSteps;
  #session: Session | null = null;
  #guard = new FrameGuard();

  constructor(parts: Parts) {
    this.#parts = parts;
    this.#steps = new CallSteps(parts);
  }

  async step(callId: string, moment: CallMoment): Promise<CallStep> {
    const { line, settings } = await this.#account();
    const call = this.#call(callId, settings);
    const step = await this.#steps.next(call, line, settings, moment);
    this.#parts.changed();
    return step;
  }

  /** Lets one socket in for every ticket; whoever comes with a used one is told as little as whoever has none. */
  async open({ tenantId, callId, ticket }: CallEntry): Promise<Response> {
    const { ctx, core } = this.#parts;
    if (!core.belongsTo(tenantId) || core.key.thread !== callId) return new Response(null, { status: 404 });
    if (core.parked !== null) return new Response(null, { status: 503 });
    const { line, settings } = await this.#account();
    const call = this.#call(callId, settings);
    const { record } = call;
    if (record.state !== "open" || record.ticket !== ticket) return new Response(null, { status: 403 });
    call.save({ ticket: null, sessions: record.sessions + 1, answeredAt: record.answeredAt ?? core.now() });
    this.#hangUp();
    const pair = new WebSocketPair();
    ctx.acceptWebSocket(pair[1], [TAG]);
    const place: Place = { callId, sessionId: "", count: 0 };
    pair[1].serializeAttachment(place);
    this.#session = this.#sessionOf(pair[1], call, line, settings, place);
    core.keepAlive(this.#warmUp());
    return new Response(null, { status: 101, webSocket: pair[0] });
  }

  owns(socket: WebSocket): boolean {
    return this.#parts.ctx.getTags(socket).includes(TAG);
  }

  async message(socket: WebSocket, data: string | ArrayBuffer): Promise<void> {
    const { core } = this.#parts;
    const frame = this.#guard.check(data, core.now());
    if (typeof frame === "number") {
      core.deps.log.warn("call:flooded", { tenantId: core.key.tenantId, channelId: core.key.channelId });
      this.#end();
      return socket.close(frame);
    }
    const line = channelFor(core).line;
    if (!line || !this.#isNewest(socket)) return;
    const session = this.#session ?? (await this.#wakeUp(socket));
    session.frame(line.read(frame));
  }

  closed(socket: WebSocket): void {
    if (this.#isNewest(socket)) this.#end();
  }

  changed(row: LogRow): void {
    this.#steps.changed(row);
    if (this.#session !== null) return this.#session.changed(row);
    if (row.kind !== "out" || row.state !== "sent" || channelFor(this.#parts.core).line === undefined) return;
    // The line slept while a person held the call, and what they write now is to be heard.
    const socket = this.#parts.ctx.getWebSockets(TAG).find(({ readyState }) => readyState === WebSocket.OPEN);
    if (socket) this.#parts.core.keepAlive(this.#wakeUp(socket));
  }

  #isNewest(socket: WebSocket): boolean {
    const others = this.#parts.ctx.getWebSockets(TAG).filter((other) => other !== socket);
    return others.every((other) => other.readyState !== WebSocket.OPEN);
  }

  #call(callId: string, settings: LineSettings): CallRow {
    const { core } = this.#parts;
    const call = CallRow.of(core, inboxKey(core.head.channelKind, "call", callId));
    if (call.record.language === "") call.record.language = settings.language;
    return call;
  }

  async #account(): Promise<{ line: Line; settings: LineSettings }> {
    const { core } = this.#parts;
    const { line } = channelFor(core);
    if (!line) throw new AppError("NOT_FOUND", "no calls on this channel");
    return { line, settings: line.settings(await core.deps.account(core.key)) };
  }

  #sessionOf(socket: WebSocket, call: CallRow, line: Line, settings: LineSettings, place: Place): Session {
    const { core, outbox, turns, history, accept, heard, live } = this.#parts;
    const utterances = new Utterances({ core, call, line, settings, socket, accept }, place);
    const session = new Session({ core, outbox, turns, history, call, line, settings, socket, utterances, heard });
    live.listener = (frame) => session.live(frame);
    this.#guard = new FrameGuard();
    return session;
  }

  /** The object was out of memory while nobody spoke. */
  async #wakeUp(socket: WebSocket): Promise<Session> {
    const place = socket.deserializeAttachment() as Place;
    const { line, settings } = await this.#account();
    if (this.#session !== null) return this.#session;
    this.#session = this.#sessionOf(socket, this.#call(place.callId, settings), line, settings, place);
    this.#session.goOn();
    return this.#session;
  }

  /** What the first answer needs is fetched while the greeting is spoken. */
  async #warmUp(): Promise<void> {
    const { core, lease } = this.#parts;
    const { tenantId } = core.key;
    try {
      const { releaseId } = await lease.current();
      if (releaseId === null) return;
      const { settings } = await core.deps.release(tenantId, releaseId);
      await core.deps.connection(tenantId, settings.model);
    } catch {
      // The turn asks again, and knows what to do.
    }
  }

  #end(): void {
    this.#session?.close();
    this.#session = null;
    this.#parts.live.listener = null;
  }

  #hangUp(): void {
    this.#end();
    for (const socket of this.#parts.ctx.getWebSockets(TAG)) socket.close(GOING_AWAY);
  }
}
