import { CALL_HEADER, type CallEntry, type CallMoment, type CallStep } from "@charla/domain/call";
import { conversationIdOf } from "@charla/domain/ids";
import type { AcceptResult, Arrival, OutFile } from "@charla/domain/inbound";
import type { Owner } from "@charla/domain/log";
import {
  VIEWER_HEADER,
  type Confirmation,
  type ConversationRpc,
  type ConversationView,
  type ForTenant,
  type StoredFile,
  type Viewer,
} from "@charla/domain/rpc";
import type { ChatMessage } from "@charla/domain/webchat";
import { DurableObject } from "cloudflare:workers";
import { CallDesk } from "./call/desk.ts";
import { Arrivals } from "./conversation/arrivals.ts";
import { Core } from "./conversation/core.ts";
import { Erasure } from "./conversation/erasure.ts";
import { HistoryCache } from "./conversation/history-cache.ts";
import { LeaseHolder } from "./conversation/lease-holder.ts";
import { Live } from "./conversation/live.ts";
import { Log } from "./conversation/log.ts";
import { Outbox } from "./conversation/outbox.ts";
import { Loop } from "./conversation/loop.ts";
import { MediaDesk } from "./conversation/media-desk.ts";
import { Namesakes } from "./conversation/namesakes.ts";
import { OwnerDesk } from "./conversation/owner-desk.ts";
import { Parking } from "./conversation/parking.ts";
import { Projector } from "./conversation/projector.ts";
import { promptOf, replayRow, sayAsHuman } from "./conversation/operator.ts";
import { restore } from "./conversation/restore.ts";
import { noteEnd } from "./conversation/note-end.ts";
import { Sockets } from "./conversation/sockets.ts";
import { sentOf, storedFile } from "./conversation/stored-file.ts";
import { Summariser } from "./conversation/summariser.ts";
import { Turns } from "./conversation/turns.ts";
import { chatMessagesOf, viewOf } from "./conversation/view.ts";
import { Wake, WATCHDOG_MS } from "./conversation/wake.ts";
import { createDeps, type Deps } from "./deps.ts";

let shared: Deps | undefined;

/** One contact on one channel. This class only wires the parts; each part is one idea in `conversation/`. */
export class Conversation extends DurableObject<AgentEnv> implements ConversationRpc {
  readonly #core: Core;
  readonly #live: Live;
  readonly #lease: LeaseHolder;
  readonly #history: HistoryCache;
  readonly #media: MediaDesk;
  readonly #outbox: Outbox;
  readonly #turns: Turns;
  readonly #desk: OwnerDesk;
  readonly #projector: Projector;
  readonly #parking: Parking;
  readonly #namesakes: Namesakes;
  readonly #sockets: Sockets;
  readonly #loop: Loop;
  readonly #arrivals: Arrivals;
  readonly #calls: CallDesk;
  readonly #erasure: Erasure;

  constructor(ctx: DurableObjectState, env: AgentEnv) {
    super(ctx, env);
    const deps = (shared ??= createDeps(env));
    const log = new Log(ctx.storage.sql);
    const core = (this.#core = new Core({
      log,
      wake: new Wake(ctx.storage),
      deps,
      keepAlive: (work) => ctx.waitUntil(work),
      abort: (reason) => ctx.abort(reason),
    }));
    const live = (this.#live = new Live(ctx));
    const lease = (this.#lease = new LeaseHolder(core));
    const history = (this.#history = new HistoryCache(core));
    const outbox = (this.#outbox = new Outbox(core, lease));
    const media = (this.#media = new MediaDesk(core, lease));
    const turns = (this.#turns = new Turns({ core, outbox, lease, history, live, media }));
    const desk = (this.#desk = new OwnerDesk({ core, turns, outbox, live }));
    const projector = (this.#projector = new Projector(core));
    const parking = (this.#parking = new Parking(core, ctx.storage.kv));
    const namesakes = (this.#namesakes = new Namesakes(core, ctx.storage.kv));
    const summariser = new Summariser(core, history, lease);
    const loop = (this.#loop = new Loop({ core, turns, outbox, desk, projector, summariser, media }));
    const erasure = (this.#erasure = new Erasure(core, ctx));
    const to = { core, erasure, turns, media, outbox, desk, history, summariser, parking, namesakes, loop };
    const arrivals = (this.#arrivals = new Arrivals({ id: this.#id(), name: ctx.id.name, ...to }));
    this.#sockets = new Sockets({
      id: this.#id(),
      core,
      live,
      accept: async (arrival) => ({ accepted: arrivals.take(arrival).accepted, seq: arrivals.seqOf(arrival) }),
      seen: (seq, state) => this.#seen(seq, state),
      ended: () => noteEnd(core),
    });
    const heard = (seq: number): void => this.#seen(seq, "delivered");
    const accept = (arrival: Arrival): unknown => arrivals.take(arrival);
    const changed = (): void => projector.soon();
    const calls = (this.#calls = new CallDesk({ ...to, ctx, live, lease, accept, heard, changed }));
    log.onChange = (row, body) => {
      projector.note(row, body);
      live.changed(row);
      calls.changed(row);
      core.reopen(row.seq);
    };
    media.onChange = (row, words) => {
      turns.amended(row, words);
      if (words) loop.kick();
    };
    ctx.setWebSocketAutoResponse(new WebSocketRequestResponsePair("ping", "pong"));
    if (restore(core, { turns, outbox, projector, media })) loop.kick();
    if (core.parked === null && parking.release((arrival) => arrivals.take(arrival))) loop.kick();
  }

  accept(arrival: Arrival): Promise<AcceptResult> {
    return this.#arrivals.accept(arrival);
  }

  async begunAs({ tenantId }: ForTenant): Promise<string | null> {
    if (!this.#core.started) return null;
    this.#core.assertTenant(tenantId);
    return this.#core.head.contactId;
  }

  async erase({ tenantId, begunAs, before }: ForTenant<{ begunAs: string; before: number }>): Promise<void> {
    if (this.#core.started) this.#core.assertTenant(tenantId);
    await this.#erasure.erase(begunAs, before);
  }

  async follow({ thread }: ForTenant<{ thread: string | null }>): Promise<void> {
    this.#namesakes.follow(thread);
  }

  async view({ tenantId, afterSeq, limit }: ForTenant<{ afterSeq: number; limit: number }>): Promise<ConversationView> {
    this.#core.assertReadable(tenantId);
    const of = { core: this.#core, owner: this.#desk.current(), id: this.#id() };
    return viewOf(of, afterSeq + 1, limit);
  }

  async chatMessages(
    args: ForTenant<{ afterSeq: number; limit: number }>,
  ): Promise<{ messages: ChatMessage[]; lastSeq: number }> {
    return chatMessagesOf(this.#core, args);
  }

  async takeOver({
    tenantId,
    memberId,
    until,
    reason,
  }: ForTenant<{ memberId: string; until?: number; reason?: string }>): Promise<{ owner: Owner }> {
    this.#core.assertPlayable(tenantId);
    const options = { ...(until === undefined ? {} : { until }), ...(reason === undefined ? {} : { reason }) };
    const owner = await this.#desk.takeOver(memberId, options);
    this.#loop.kick();
    return { owner };
  }

  async handBack({ tenantId, by }: ForTenant<{ by: string }>): Promise<{ owner: Owner }> {
    this.#core.assertPlayable(tenantId);
    const owner = this.#desk.handBack(by);
    this.#loop.kick();
    return { owner };
  }

  async pauseUntil({ tenantId, until, by }: ForTenant<{ until: number; by: string }>): Promise<{ owner: Owner }> {
    this.#core.assertPlayable(tenantId);
    const owner = await this.#desk.pause(until, by);
    this.#loop.kick();
    return { owner };
  }

  async sendAsHuman(
    args: ForTenant<{ memberId: string; name?: string; text: string; files?: OutFile[]; clientId: string }>,
  ): Promise<{ id: string; seq: number; duplicate: boolean }> {
    this.#core.assertPlayable(args.tenantId);
    const said = await sayAsHuman(
      { core: this.#core, desk: this.#desk, outbox: this.#outbox, history: this.#history },
      args,
    );
    this.#loop.kick();
    return said;
  }

  async fileOf(asked: ForTenant<{ seq: number; n: number; reader: "member" | "visitor" }>): Promise<StoredFile> {
    this.#core.assertReadable(asked.tenantId);
    return storedFile(this.#core, asked);
  }

  async sentOf({ tenantId, files }: ForTenant<{ files: string[] }>): Promise<string[]> {
    if (!this.#core.started) return [];
    this.#core.assertReadable(tenantId);
    return sentOf(this.#core, files);
  }

  async replay({ tenantId, seq, by }: ForTenant<{ seq: number; by: string }>): Promise<{ seq: number; state: string }> {
    this.#core.assertPlayable(tenantId);
    const result = replayRow({ core: this.#core, outbox: this.#outbox, turns: this.#turns }, seq, by);
    this.#loop.kick();
    return result;
  }

  async promptOf({
    tenantId,
    turn,
    n,
  }: ForTenant<{ turn: number; n: number }>): Promise<{ system: string; messages: unknown[] }> {
    this.#core.assertReadable(tenantId);
    return await promptOf(this.#core, turn, n);
  }

  async projected({ tenantId, version, others = [] }: Confirmation): Promise<void> {
    this.#core.assertTenant(tenantId);
    this.#projector.confirm([version, ...others]);
    this.#parking.confirm([version, ...others]);
  }

  async poke({ tenantId }: ForTenant): Promise<{ open: boolean }> {
    this.#core.assertTenant(tenantId);
    this.#loop.kick();
    return { open: this.#core.parked !== null || this.#turns.active || !this.#outbox.idle };
  }

  async leaseRevoked({ tenantId, generation }: ForTenant<{ generation: number }>): Promise<void> {
    this.#core.assertTenant(tenantId);
    this.#lease.revoke(generation);
    this.#loop.kick();
  }

  async callStep({ tenantId, callId, moment }: ForTenant<{ callId: string; moment: CallMoment }>): Promise<CallStep> {
    this.#core.assertPlayable(tenantId);
    return await this.#calls.step(callId, moment);
  }

  /** Only upgrades that the gateway or the router has let in; they alone can say whose it is. */
  override async fetch(request: Request): Promise<Response> {
    const entry = request.headers.get(CALL_HEADER);
    const header = request.headers.get(VIEWER_HEADER);
    if (request.headers.get("upgrade") !== "websocket") return new Response(null, { status: 404 });
    if (entry !== null) return await this.#calls.open(JSON.parse(entry) as CallEntry);
    if (header === null) return new Response(null, { status: 404 });
    const viewer = JSON.parse(header) as Viewer;
    if (!this.#core.belongsTo(viewer.tenantId) && (viewer.role === "operator" || this.#core.started))
      return new Response(null, { status: 404 });
    if (this.#core.parked?.what === "log") return new Response(null, { status: 503 });
    return this.#sockets.open(viewer);
  }

  override async webSocketMessage(socket: WebSocket, data: string | ArrayBuffer): Promise<void> {
    if (this.#calls.owns(socket)) await this.#calls.message(socket, data);
    else await this.#sockets.message(socket, data);
  }

  override async webSocketClose(socket: WebSocket, code: number): Promise<void> {
    this.#calls.closed(socket);
    this.#live.left();
    socket.close(code === 1005 || code === 1006 ? 1000 : code);
  }

  override async webSocketError(socket: WebSocket): Promise<void> {
    this.#calls.closed(socket);
    this.#live.left();
  }

  /** Never throws: an alarm that does is dropped after six tries. */
  override async alarm(): Promise<void> {
    const { wake, started } = this.#core;
    wake.fired();
    if (!started) return;
    if (this.#core.parked !== null) return this.#parking.watch(this.#core.parked);
    try {
      this.#media.woken();
      this.#loop.woken();
    } catch (error) {
      const { deps, head } = this.#core;
      deps.log.error("wake:failed", { tenantId: head.key.tenantId, conversationId: head.id, error });
      wake.by(this.#core.now() + WATCHDOG_MS);
    }
  }

  #id(): string {
    return conversationIdOf(this.ctx.id.toString());
  }

  #seen(seq: number, state: "delivered" | "read"): void {
    if (this.#core.parked !== null) return;
    const row = this.#core.log.bySeq(seq);
    if (row?.kind !== "out") return;
    if (this.#outbox.onStatus({ messageId: row.body.id, state, at: this.#core.now() }))
      this.#live.toAll({ v: 1, type: "status", seq, state });
    this.#projector.soon();
  }
}
