import { isBinary, messagePacket, PACKET } from "@charla/channels/socketio/engine";
import { decodePacket, encodePacket, type Packet } from "@charla/channels/socketio/packet";
import type { Emission } from "@charla/channels/socketio/dialect";
import { isAppError } from "@charla/domain/errors";
import { TokenBuckets } from "@charla/domain/token-buckets";
import { ChatLink, type LinkState } from "./chat-link.ts";
import { Heartbeat } from "./heartbeat.ts";
import type { Knock } from "./knock.ts";
import { CONNECT_TIMEOUT_MS, MAX_REFUSALS } from "./limits.ts";

/** `/chat` is what clients are built for; those that connect to the path of that name use the namespace without one. */
const NAMESPACES = new Set(["/", "/chat"]);

/** What no frame to the conversation becomes of costs little, but not nothing. Frames are counted by the conversation. */
const PACKETS = { burst: 600, perSecond: 60 };
const BINARY = { code: "BINARY_NOT_SUPPORTED", message: "Only text can be sent here." };

export type SessionState = { links: LinkState[] };
type Parts = {
  env: GatewayEnv;
  /** Must not throw: a connection that closed meanwhile says so itself. */
  transmit: (packets: string[]) => void;
  /** Nothing more will be transmitted; the connection is to be closed. */
  ended: () => void;
};

/** A client's session from the engine up, whatever carries its packets. It keeps nothing: one that is lost is begun anew. */
export class EngineSession {
  readonly #parts: Parts;
  readonly #links = new Map<string, ChatLink>();
  readonly #packets = new TokenBuckets(PACKETS.burst, PACKETS.perSecond);
  readonly #heartbeat: Heartbeat;
  #deadline: ReturnType<typeof setTimeout> | null = null;
  #refusals = 0;
  #over = false;

  constructor(parts: Parts) {
    this.#parts = parts;
    this.#heartbeat = new Heartbeat({ ping: () => this.#transmit(PACKET.ping), dead: () => this.end() });
    this.#expect();
  }

  static resumed(parts: Parts, { links }: SessionState, knock: Knock): EngineSession {
    const session = new EngineSession(parts);
    for (const state of links) {
      const link = session.#newLink(state.nsp);
      session.#watch(link, state.nsp, "auth" in state ? link.connect(state.auth, knock) : link.resume(state, knock));
    }
    return session;
  }

  get state(): SessionState {
    return { links: [...this.#links.values()].map((link) => link.state) };
  }

  admits(knock: Knock): boolean {
    return [...this.#links.values()].every((link) => link.admits(knock));
  }

  hear(packet: string, knock: Knock): void {
    if (this.#over) return;
    this.#heartbeat.heard();
    if (this.#packets.take("all", Date.now()) > 0) return this.end();
    // The bytes that a refused packet announced; the refusal was answered with the packet.
    if (isBinary(packet)) return;
    switch (packet.charAt(0)) {
      case PACKET.pong:
        return;
      case PACKET.message: {
        const decoded = decodePacket(packet.slice(1));
        return decoded === null ? this.end() : this.#packet(decoded, knock);
      }
      default:
        return this.end();
    }
  }

  /** Without a word of why: the client connects anew and goes on where it was. */
  end(): void {
    if (this.#over) return;
    this.#stop();
    this.#parts.ended();
  }

  /** Another place goes on with it. */
  surrender(): SessionState {
    const { state } = this;
    this.#stop();
    return state;
  }

  #stop(): void {
    this.#over = true;
    this.#heartbeat.stop();
    if (this.#deadline !== null) clearTimeout(this.#deadline);
    for (const link of this.#links.values()) link.close();
    this.#links.clear();
  }

  #packet(packet: Packet, knock: Knock): void {
    const { nsp } = packet;
    const link = this.#links.get(nsp);
    if (packet.type === "connect") return this.#connect(nsp, packet.data ?? {}, knock);
    if (link === undefined) return this.end();
    switch (packet.type) {
      case "event":
        if (!link.hear(packet.args, packet.id ?? null)) this.end();
        return;
      case "binary":
        return link.refuse(BINARY, packet.id ?? null);
      case "disconnect":
        link.close();
        this.#links.delete(nsp);
        return this.#expect();
      case "ack":
        return;
      case "connect_error":
        return this.end();
    }
  }

  #connect(nsp: string, auth: Record<string, unknown>, knock: Knock): void {
    if (this.#links.has(nsp)) return this.end();
    if (!NAMESPACES.has(nsp)) return this.#refuse(nsp, "Invalid namespace", 404);
    const link = this.#newLink(nsp);
    this.#watch(link, nsp, link.connect(auth, knock));
  }

  #newLink(nsp: string): ChatLink {
    const link = new ChatLink({
      env: this.#parts.env,
      nsp,
      emit: (emissions) => this.#emit(nsp, emissions),
      welcome: (pid) => this.#send({ type: "connect", nsp, data: { sid: crypto.randomUUID(), pid } }),
      lost: () => this.end(),
    });
    this.#links.set(nsp, link);
    return link;
  }

  #watch(link: ChatLink, nsp: string, connecting: Promise<void>): void {
    connecting.catch((error: unknown) => {
      link.close();
      if (this.#over) return;
      this.#links.delete(nsp);
      if (isAppError(error, "FORBIDDEN")) return this.#refuse(nsp, "forbidden", 403);
      if (isAppError(error, "UNAUTHENTICATED") || isAppError(error, "NOT_FOUND"))
        return this.#refuse(nsp, "unauthorized", 401);
      // A matter of time: a client that was refused stays away, one whose connection closes comes back.
      this.end();
    });
  }

  #refuse(nsp: string, message: string, code: number): void {
    this.#send({ type: "connect_error", nsp, data: { message, data: { code } } });
    if (++this.#refusals >= MAX_REFUSALS) this.end();
  }

  /** Somebody must be in by then. */
  #expect(): void {
    if (this.#deadline !== null) clearTimeout(this.#deadline);
    this.#deadline = setTimeout(() => {
      if (![...this.#links.values()].some((link) => link.isOpen)) this.end();
    }, CONNECT_TIMEOUT_MS);
  }

  #emit(nsp: string, emissions: Emission[]): void {
    if (emissions.length === 0) return;
    this.#transmit(
      ...emissions.map((emission) =>
        messagePacket(
          encodePacket(
            "ack" in emission
              ? { type: "ack", nsp, id: emission.ack, args: emission.args }
              : { type: "event", nsp, args: [emission.event, ...emission.args] },
          ),
        ),
      ),
    );
  }

  #send(packet: Exclude<Packet, { type: "binary" }>): void {
    this.#transmit(messagePacket(encodePacket(packet)));
  }

  #transmit(...packets: string[]): void {
    if (!this.#over) this.#parts.transmit(packets);
  }
}
