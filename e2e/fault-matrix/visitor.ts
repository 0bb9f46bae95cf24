import { at, listAt, textAt } from "@charla/testkit/charla/api";
import { WebSocket } from "ws";

type Frame = Record<string, unknown>;
type Chat = { url: string; origin: string };

/** One person in the web chat, by its public protocol. */
export class Visitor {
  readonly #chat: Chat;
  readonly #token: string;

  private constructor(chat: Chat, token: string) {
    this.#chat = chat;
    this.#token = token;
  }

  static async arrive(chat: Chat): Promise<Visitor> {
    const headers = { origin: chat.origin, "content-type": "application/json" };
    const response = await fetch(`${chat.url}/session`, { method: "POST", body: "{}", headers });
    return new Visitor(chat, textAt(await response.json(), "token"));
  }

  open(after: number): Tab {
    const url = new URL(`${this.#chat.url}/socket?token=${this.#token}&after=${after}`);
    url.protocol = "ws:";
    return new Tab(url, this.#chat.origin, after);
  }

  async post(id: string, text: string): Promise<void> {
    const response = await this.#fetch("messages", { method: "POST", body: JSON.stringify({ id, text }) });
    if (response.status !== 202) throw new Error(`message ${id} was answered ${response.status}`);
  }

  /** Messages after a number. */
  async count(after: number): Promise<number> {
    return listAt(await (await this.#fetch(`messages?after=${after}`)).json(), "data").length;
  }

  #fetch(path: string, init: RequestInit = {}): Promise<Response> {
    const { url, origin } = this.#chat;
    const headers = { origin, "content-type": "application/json", authorization: `Bearer ${this.#token}` };
    return fetch(`${url}/${path}`, { ...init, headers });
  }
}

/** One socket; turned away by a server that has enough, it comes back as the widget does, after one to two seconds of its own choice. */
export class Tab {
  readonly after: number;
  readonly seqs: number[] = [];
  readonly #roles: string[] = [];
  ready = false;
  /** Why the server closed it. */
  closed: number | undefined;
  accepted = 0;
  /** Messages that came as history without having been asked for. */
  history = 0;
  #socket: WebSocket;

  constructor(url: URL, origin: string, after: number) {
    this.after = after;
    this.#socket = this.#connect(url, origin);
  }

  get lastSeq(): number {
    return Math.max(this.after, ...this.seqs);
  }

  shows(...roles: string[]): boolean {
    return this.#roles.join() === roles.join();
  }

  say(id: string, text: string): void {
    this.#socket.send(JSON.stringify({ v: 1, type: "message", id, text }));
  }

  cut(): void {
    this.#socket.terminate();
  }

  #connect(url: URL, origin: string): WebSocket {
    const socket = new WebSocket(url, { origin });
    socket.on("message", (data) => this.#take(JSON.parse(String(data)) as Frame));
    socket.on("close", (code) => (this.closed = code));
    socket.on("error", () => {
      if (!this.ready) setTimeout(() => (this.#socket = this.#connect(url, origin)), 1_000 + Math.random() * 1_000);
    });
    return socket;
  }

  #take(frame: Frame): void {
    if (frame["type"] === "ready") this.ready = true;
    if (frame["type"] === "accepted") this.accepted++;
    if (frame["type"] === "history") this.history += listAt(frame, "messages").length;
    if (frame["type"] !== "message") return;
    this.seqs.push(Number(at(frame, "message", "seq")));
    this.#roles.push(textAt(frame, "message", "role"));
  }
}
