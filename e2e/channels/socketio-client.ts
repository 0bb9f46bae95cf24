import { textAt } from "@charla/testkit/charla/api";
import { until } from "@charla/testkit/poll";
import { io, type ManagerOptions, type Socket, type SocketOptions } from "socket.io-client";

export type Payload = Record<string, unknown>;
type Heard = { name: string; payload: Payload };
type Options = Partial<ManagerOptions & SocketOptions>;

const PATIENCE = { deadlineMs: 45_000 };

/** A visitor's token, as a page asks for one. */
export async function visitorToken(url: string, channelId: string, origin: string): Promise<string> {
  const headers = { "content-type": "application/json", origin };
  const response = await fetch(`${url}/chat/${channelId}/session`, { method: "POST", headers, body: "{}" });
  return textAt(await response.json(), "token");
}

/** Somebody with the official client, who writes down everything it says. */
export class Client {
  readonly socket: Socket;
  readonly heard: Heard[] = [];
  readonly refusals: { message: string; data: unknown }[] = [];
  readonly disconnects: string[] = [];

  constructor(url: string, options: Options) {
    this.socket = io(url, { forceNew: true, reconnectionDelay: 100, reconnectionDelayMax: 500, ...options });
    this.socket.onAny((name: string, payload: Payload = {}) => this.heard.push({ name, payload }));
    this.socket.on("disconnect", (reason) => this.disconnects.push(reason));
    this.socket.on("connect_error", (error: Error & { data?: unknown }) =>
      this.refusals.push({ message: error.message, data: error.data }),
    );
  }

  get transport(): string {
    return this.socket.io.engine.transport.name;
  }

  all(name: string): Payload[] {
    return this.heard.filter((heard) => heard.name === name).map(({ payload }) => payload);
  }

  /** The texts of an event, in the order in which they came. */
  texts(name: string): unknown[] {
    return this.all(name).map(({ text }) => text);
  }

  sees(name: string, count = 1): Promise<Payload[]> {
    return until(
      `${count} × ${name}`,
      () => {
        const seen = this.all(name);
        return seen.length >= count && seen;
      },
      PATIENCE,
    ).catch((error: unknown) => {
      throw new Error(`${String(error)}: ${JSON.stringify(this.heard)} ${JSON.stringify(this.refusals)}`);
    });
  }

  refused(): Promise<{ message: string; data: unknown }> {
    return until("a refusal", () => this.refusals[0], PATIENCE);
  }

  say(content: string, clientMessageId: string): Promise<Payload> {
    return this.ask("sendMessage", { content, clientMessageId });
  }

  async ask(event: string, ...args: unknown[]): Promise<Payload> {
    return (await this.socket.timeout(PATIENCE.deadlineMs).emitWithAck(event, ...args)) as Payload;
  }

  /** The connection breaks; the client is not told to stay away, so it comes back. */
  cut(): void {
    this.socket.io.engine.close();
  }

  leave(): void {
    this.socket.disconnect();
  }
}
