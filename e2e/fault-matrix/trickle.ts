import { once } from "node:events";
import { connect, type Socket } from "node:net";

/** A sender that promises a body, sends one byte of it and then keeps the line. */
export class Trickle {
  readonly #socket: Socket;
  #answer = "";

  private constructor(socket: Socket) {
    this.#socket = socket;
    socket.on("data", (bytes) => (this.#answer += String(bytes)));
    socket.on("error", () => undefined);
  }

  static async open(to: string): Promise<Trickle> {
    const { hostname, port, pathname, host } = new URL(to);
    const socket = connect(Number(port), hostname);
    const trickle = new Trickle(socket);
    await once(socket, "connect");
    const head = [
      `POST ${pathname} HTTP/1.1`,
      `host: ${host}`,
      "content-type: application/json",
      "content-length: 100",
    ];
    socket.write(`${head.join("\r\n")}\r\n\r\n{`);
    return trickle;
  }

  /** What it was answered, or "cut" when the line was closed without a word. */
  get status(): number | "cut" | undefined {
    const status = /^HTTP\/1\.1 (\d{3})/.exec(this.#answer)?.[1];
    if (status !== undefined) return Number(status);
    return this.#socket.closed ? "cut" : undefined;
  }

  close(): void {
    this.#socket.destroy();
  }
}
