import { MAX_PACKET_BYTES } from "./limits.ts";

const TOO_BIG_CLOSE = 1009;
const text = new TextEncoder();

type Parts = {
  /** Called for one packet after the other, however long each takes. */
  hear: (packet: string) => void | Promise<void>;
  closed: () => void;
};

/** The WebSocket of a client, its end here. Bytes are dropped: the packet that announces them is what is refused. */
export class ClientSocket {
  readonly response: Response;
  readonly #socket: WebSocket;
  readonly #closed: () => void;
  #hearing: Promise<void> = Promise.resolve();
  #open = true;

  constructor({ hear, closed }: Parts) {
    const pair = new WebSocketPair();
    this.response = new Response(null, { status: 101, webSocket: pair[0] });
    this.#socket = pair[1];
    this.#closed = closed;
    this.#socket.addEventListener("message", ({ data }) => {
      if (typeof data !== "string") return;
      if (isTooBig(data)) return this.close(TOO_BIG_CLOSE);
      this.#hearing = this.#hearing.then(() => (this.#open ? hear(data) : undefined)).catch(() => this.close());
    });
    this.#socket.addEventListener("close", () => this.#end());
    this.#socket.addEventListener("error", () => this.#end());
    this.#socket.accept();
  }

  send(packets: readonly string[]): void {
    if (this.#open) for (const packet of packets) this.#socket.send(packet);
  }

  close(code = 1000): void {
    if (!this.#open) return;
    this.#socket.close(code);
    this.#end();
  }

  #end(): void {
    if (!this.#open) return;
    this.#open = false;
    this.#closed();
  }
}

/** Only what may be too long is counted byte by byte. */
const isTooBig = (data: string): boolean =>
  data.length * 3 > MAX_PACKET_BYTES && (data.length > MAX_PACKET_BYTES || text.encode(data).length > MAX_PACKET_BYTES);
