import { connect, type Socket } from "node:net";

/** `ms` from the request written to the answer read: what waited for a connection before waited for us. */
export type Answered = { status: number; retryAfter: string | undefined; ms: number };
type Waiting = { bytes: Buffer; done: (answered: Answered) => void };

const HEAD_END = "\r\n\r\n";
const LAST_CHUNK = "0\r\n\r\n";
type Head = Omit<Answered, "ms">;
const BROKEN: Head = { status: 0, retryAfter: undefined };

/** One kept connection, one request at a time. */
class Connection {
  readonly #socket: Socket;
  #text = "";
  #done: ((answered: Answered) => void) | undefined;
  #sentAt = 0;
  alive = true;

  constructor(port: number) {
    this.#socket = connect(port, "127.0.0.1");
    this.#socket.setNoDelay(true);
    this.#socket.setEncoding("latin1");
    this.#socket.on("data", (chunk: string) => this.#read(chunk));
    const broken = (): void => {
      this.alive = false;
      this.#finish(BROKEN);
    };
    this.#socket.on("error", broken);
    this.#socket.on("close", broken);
  }

  send({ bytes, done }: Waiting): void {
    this.#done = done;
    this.#sentAt = performance.now();
    this.#socket.write(bytes);
  }

  close(): void {
    this.#socket.destroy();
  }

  #read(chunk: string): void {
    this.#text += chunk;
    const end = this.#text.indexOf(HEAD_END);
    if (end < 0) return;
    const head = this.#text.slice(0, end);
    const length = /\r\ncontent-length: *(\d+)/i.exec(head)?.[1];
    const body = this.#text.length - end - HEAD_END.length;
    if (length === undefined ? !this.#text.endsWith(LAST_CHUNK) : body < Number(length)) return;
    this.#text = "";
    this.#finish({ status: Number(head.slice(9, 12)), retryAfter: /\r\nretry-after: *(\S+)/i.exec(head)?.[1] });
  }

  #finish(head: Head): void {
    const done = this.#done;
    this.#done = undefined;
    done?.({ ...head, ms: performance.now() - this.#sentAt });
  }
}

/** POSTs over raw sockets: several thousand a second must cost the machine next to nothing besides the server. */
export class RawClient {
  readonly #port: number;
  readonly #most: number;
  readonly #idle: Connection[] = [];
  readonly #all = new Set<Connection>();
  readonly #queue: Waiting[] = [];

  constructor(port: number, most: number) {
    this.#port = port;
    this.#most = most;
  }

  /** Requests that have no connection yet. */
  get waiting(): number {
    return this.#queue.length;
  }

  post(path: string, headers: Record<string, string>, body: string): Promise<Answered> {
    const content = Buffer.from(body);
    let head = `POST ${path} HTTP/1.1\r\nhost: 127.0.0.1:${this.#port}\r\ncontent-length: ${content.length}\r\n`;
    for (const name in headers) head += `${name}: ${headers[name]}\r\n`;
    const bytes = Buffer.concat([Buffer.from(`${head}\r\n`), content]);
    return new Promise((done) => {
      this.#queue.push({ bytes, done });
      this.#next();
    });
  }

  close(): void {
    for (const connection of this.#all) connection.close();
  }

  #next(): void {
    if (this.waiting === 0) return;
    const connection = this.#free();
    const wish = connection === undefined ? undefined : this.#queue.shift();
    if (connection === undefined || wish === undefined) return;
    connection.send({
      bytes: wish.bytes,
      done: (answered) => {
        if (connection.alive) this.#idle.push(connection);
        else this.#all.delete(connection);
        wish.done(answered);
        this.#next();
      },
    });
  }

  #free(): Connection | undefined {
    for (let idle = this.#idle.pop(); idle !== undefined; idle = this.#idle.pop()) {
      if (idle.alive) return idle;
      this.#all.delete(idle);
    }
    if (this.#all.size >= this.#most) return undefined;
    const fresh = new Connection(this.#port);
    this.#all.add(fresh);
    return fresh;
  }
}
