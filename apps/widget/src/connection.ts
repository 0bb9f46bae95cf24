import type { ClientFrame, ServerFrame } from "@charla/domain/webchat";
import { reconnectDelay } from "./backoff.ts";
import { parseFrame, PROTOCOL_VERSION } from "./frames.ts";
import type { Options } from "./options.ts";
import { isFresh, openSession, type SessionResult } from "./session.ts";
import type { Link, StopReason } from "./state.ts";
import type { ChatStorage } from "./storage.ts";

const READY_MS = 10_000;
const PING_EVERY_MS = 25_000;
const PONG_MS = 10_000;
/** Marks of the last messages may have changed while we were away, so a little more is asked for than is missing. */
const OVERLAP = 20;

const STOPS: Record<number, StopReason> = { 4403: "forbidden", 4404: "missing", 4410: "gone" };
const BAD_TOKEN = 4401;

type DistributiveOmit<T, K extends PropertyKey> = T extends unknown ? Omit<T, K> : never;
export type Outgoing = DistributiveOmit<ClientFrame, "v">;

export type ConnectionEvents = {
  link: (link: Link) => void;
  session: (result: Extract<SessionResult, { ok: true }>) => void;
  frame: (frame: ServerFrame) => void;
  lastSeq: () => number;
};

/** One socket at a time, opened again for as long as the page lives, with the visitor's token renewed on the way. */
export class Connection {
  #socket: WebSocket | null = null;
  #timer: ReturnType<typeof setTimeout> | undefined;
  #pulse: ReturnType<typeof setTimeout> | undefined;
  #attempt = 0;
  /** Grows with every attempt, so that the late answer of an abandoned one is not mistaken for ours. */
  #run = 0;
  /** The browser does not say why a socket was refused; asking for a session does. */
  #askSession = false;
  #phase: Link["phase"] = "idle";
  readonly #options: Options;
  readonly #storage: ChatStorage;
  readonly #events: ConnectionEvents;

  constructor(options: Options, storage: ChatStorage, events: ConnectionEvents) {
    this.#options = options;
    this.#storage = storage;
    this.#events = events;
    addEventListener("online", () => this.wake());
    addEventListener("offline", () => this.#lost());
    document.addEventListener("visibilitychange", () => document.visibilityState === "visible" && this.wake());
  }

  get started(): boolean {
    return this.#phase !== "idle";
  }

  start(): void {
    if (!this.started) void this.#connect();
  }

  /** The network came back, or somebody looks: no reason to wait any longer. */
  wake(): void {
    if (this.#phase !== "waiting" && this.#phase !== "offline") return;
    clearTimeout(this.#timer);
    void this.#connect();
  }

  /** False when it could not be handed to an open socket; the caller's queue keeps it. */
  send(frame: Outgoing): boolean {
    if (this.#phase !== "online" || this.#socket?.readyState !== WebSocket.OPEN) return false;
    this.#socket.send(JSON.stringify({ v: PROTOCOL_VERSION, ...frame }));
    return true;
  }

  /** The socket looks open but nothing comes through it. */
  restart(): void {
    if (this.#phase === "online") this.#lost();
  }

  #enter(link: Link): void {
    this.#phase = link.phase;
    this.#events.link(link);
  }

  async #connect(): Promise<void> {
    const run = ++this.#run;
    this.#enter({ phase: "connecting" });
    const stored = this.#storage.read().session;
    let token = stored?.token;
    if (this.#askSession || !isFresh(stored, Date.now())) {
      const result = await openSession(this.#options, this.#storage);
      if (run !== this.#run || this.#phase !== "connecting") return;
      if (!result.ok)
        return result.stop === null
          ? this.#retry(result.retryAfterMs)
          : this.#enter({ phase: "stopped", reason: result.stop });
      this.#events.session(result);
      token = result.session.token;
    }
    this.#askSession = true;
    this.#open(token ?? "");
  }

  #open(token: string): void {
    const url = new URL("socket", this.#options.base);
    url.protocol = url.protocol === "https:" ? "wss:" : "ws:";
    url.searchParams.set("token", token);
    url.searchParams.set("after", String(Math.max(0, this.#events.lastSeq() - OVERLAP)));
    const socket = new WebSocket(url);
    this.#socket = socket;
    this.#timer = setTimeout(() => this.#socket === socket && this.#lost(), READY_MS);
    socket.addEventListener("message", ({ data }) => this.#socket === socket && this.#received(data));
    socket.addEventListener("close", ({ code }) => this.#socket === socket && this.#lost(code));
  }

  #received(data: unknown): void {
    this.#beat();
    const frame = parseFrame(data);
    if (frame === null) return;
    if (frame.type === "ready") {
      clearTimeout(this.#timer);
      this.#attempt = 0;
      this.#askSession = false;
      this.#phase = "online";
    }
    this.#events.frame(frame);
  }

  /** Anything received proves life; after a silence we ask, and after a second one we stop believing. */
  #beat(): void {
    clearTimeout(this.#pulse);
    const socket = this.#socket;
    this.#pulse = setTimeout(() => {
      if (socket === null || this.#socket !== socket) return;
      if (socket.readyState === WebSocket.OPEN) socket.send("ping");
      this.#pulse = setTimeout(() => this.#socket === socket && this.#lost(), PONG_MS);
    }, PING_EVERY_MS);
  }

  #lost(code?: number): void {
    if (this.#phase === "idle" || this.#phase === "stopped" || this.#phase === "waiting") return;
    clearTimeout(this.#timer);
    clearTimeout(this.#pulse);
    const socket = this.#socket;
    this.#socket = null;
    socket?.close();
    const stop = STOPS[code ?? 0];
    if (stop !== undefined) return this.#enter({ phase: "stopped", reason: stop });
    if (code === BAD_TOKEN) this.#askSession = true;
    if (!navigator.onLine) return this.#enter({ phase: "offline" });
    this.#retry(0);
  }

  #retry(atLeastMs: number): void {
    const delay = Math.max(atLeastMs, reconnectDelay(this.#attempt++));
    this.#timer = setTimeout(() => void this.#connect(), delay);
    this.#enter({ phase: "waiting", retryAt: Date.now() + delay });
  }
}
