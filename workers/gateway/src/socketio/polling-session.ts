import { PACKET } from "@charla/channels/socketio/engine";
import { DurableObject } from "cloudflare:workers";
import { EngineSession, type SessionState } from "./engine-session.ts";
import { handshakeOf } from "./handshake.ts";
import type { Knock } from "./knock.ts";
import { MAX_QUEUED_PACKETS } from "./limits.ts";
import type { Fetched, PollingRpc, Posted } from "./polling-rpc.ts";

/** A client that is about to leave asks once or twice more; it must not ask as fast as it can. */
const UPGRADE_PAUSE_MS = 100;

/**
 * Where the packets of one client wait between two requests of its own. Nothing is stored: what dies with it was in the
 * conversation's log before it was here, and the client comes back with the last number it has seen.
 */
export class PollingSession extends DurableObject<GatewayEnv> implements PollingRpc {
  #session: EngineSession | null = null;
  #queue: string[] = [];
  #waiting: ((fetched: Fetched) => void) | null = null;
  #upgrading = false;

  /** The first packet; only the Worker that made up this object's name calls it, once. */
  async begin(): Promise<string> {
    this.#session ??= new EngineSession({
      env: this.env,
      transmit: (packets) => this.#transmit(packets),
      ended: () => this.#ended(),
    });
    return handshakeOf(this.ctx.id.toString(), ["websocket"]);
  }

  async fetchPackets(knock: Knock): Promise<Fetched> {
    const session = this.#session;
    if (session !== null && !session.admits(knock)) return { error: "forbidden" };
    if (this.#queue.length > 0) return this.#take();
    if (session === null) return { error: "session" };
    if (this.#waiting !== null) {
      session.end();
      return { error: "request" };
    }
    const fetched = new Promise<Fetched>((resolve) => (this.#waiting = resolve));
    if (this.#upgrading) setTimeout(() => this.#release(), UPGRADE_PAUSE_MS);
    return fetched;
  }

  async post(packets: string[], knock: Knock): Promise<Posted> {
    const session = this.#session;
    if (session === null) return { error: "session" };
    if (!session.admits(knock)) return { error: "forbidden" };
    for (const packet of packets) session.hear(packet, knock);
    return { ok: true };
  }

  async beginUpgrade(knock: Knock): Promise<boolean> {
    if (this.#session === null || this.#upgrading || !this.#session.admits(knock)) return false;
    this.#upgrading = true;
    this.#release();
    return true;
  }

  async abandonUpgrade(): Promise<void> {
    this.#upgrading = false;
  }

  async surrender(): Promise<{ session: SessionState; packets: string[] } | null> {
    if (this.#session === null || !this.#upgrading) return null;
    this.#release();
    const session = this.#session.surrender();
    this.#session = null;
    return { session, packets: this.#queue.splice(0) };
  }

  #transmit(packets: string[]): void {
    this.#queue.push(...packets);
    if (this.#waiting !== null) this.#answer(this.#take());
    else if (this.#queue.length > MAX_QUEUED_PACKETS) this.#session?.end();
  }

  #ended(): void {
    this.#session = null;
    this.#transmit([PACKET.close]);
  }

  #take(): Fetched {
    return { packets: this.#queue.splice(0) };
  }

  /** Lets go of a request that waits in vain. */
  #release(): void {
    this.#answer({ packets: [PACKET.noop] });
  }

  #answer(fetched: Fetched): void {
    const waiting = this.#waiting;
    this.#waiting = null;
    waiting?.(fetched);
  }
}
