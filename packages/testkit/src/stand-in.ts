import { once } from "node:events";
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import { isIP } from "node:net";

import { messageOf } from "@charla/domain/errors";

import type { KillOrders } from "./kill-orders.ts";

/** One request as a stand-in sees it, with the ways in which it can answer badly. */
export class Exchange {
  readonly at = Date.now();
  readonly method: string;
  readonly url: URL;
  readonly headers: Headers;
  readonly bytes: Buffer;
  readonly body: string;
  readonly #request: IncomingMessage;
  readonly #response: ServerResponse;
  readonly #gone = new AbortController();
  /** What was said to it, as far as it was said. */
  answered: { status: number; body: string } | null = null;

  constructor(request: IncomingMessage, response: ServerResponse, bytes: Buffer) {
    this.#request = request;
    this.#response = response;
    this.bytes = bytes;
    this.body = bytes.toString("utf8");
    this.method = request.method ?? "GET";
    this.url = new URL(request.url ?? "/", "http://stand-in");
    this.headers = new Headers();
    for (const [name, value] of Object.entries(request.headers))
      if (value !== undefined) this.headers.set(name, String(value));
    response.once("close", () => {
      if (!response.writableFinished) this.#gone.abort();
    });
  }

  /** Aborted when the caller went away before the answer was complete. */
  get gone(): AbortSignal {
    return this.#gone.signal;
  }

  head(status: number, headers: Record<string, string> = {}): void {
    this.answered = { status, body: "" };
    this.#response.writeHead(status, headers);
    this.#response.flushHeaders();
  }

  /** Resolves when the bytes are handed to the kernel, or at once when nobody is there to read them. */
  write(chunk: string | Buffer): Promise<void> {
    if (this.#response.destroyed) return Promise.resolve();
    return new Promise((resolve) => {
      this.#response.write(chunk, () => resolve());
    });
  }

  end(): Promise<void> {
    if (this.#response.destroyed) return Promise.resolve();
    return new Promise((resolve) => {
      this.#response.end(() => resolve());
    });
  }

  /** Closes without the end of the answer; `reset` makes the caller see ECONNRESET. */
  cut(): void {
    this.#request.socket.resetAndDestroy();
  }

  /** Says nothing more until the caller gives up or the stand-in is closed. */
  async hang(): Promise<void> {
    if (!this.gone.aborted) await once(this.gone, "abort");
  }

  /** A whole answer, with the places where a kill can be ordered. */
  async answer(
    status: number,
    headers: Record<string, string>,
    body: string | Buffer,
    kills: KillOrders,
    subject: string,
  ): Promise<void> {
    const bytes = typeof body === "string" ? Buffer.from(body) : body;
    const half = Math.ceil(bytes.length / 2);
    this.head(status, { "content-length": String(bytes.length), ...headers });
    this.answered = { status, body: bytes.toString("utf8") };
    await this.write(bytes.subarray(0, half));
    kills.reach("middle", subject);
    await this.write(bytes.subarray(half));
    await this.end();
    kills.reach("after", subject);
  }
}

/** Told of every request once it is dealt with, for whoever looks on. */
export type Served = (exchange: Exchange) => void;

export type StandIn = { url: string; port: number; open: () => number; close: () => Promise<void> };

async function readBody(request: IncomingMessage): Promise<Buffer> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(Buffer.isBuffer(chunk) ? chunk : Buffer.from(String(chunk)));
  return Buffer.concat(chunks);
}

/** An HTTP server on loopback. A handler that throws is a mistake of the test and is answered 599, never hidden. */
export async function serve(
  handle: (exchange: Exchange) => Promise<void>,
  port = 0,
  host = "127.0.0.1",
  served: Served = () => undefined,
): Promise<StandIn> {
  if (isIP(host) === 0) throw new Error("stand-ins listen on an address, not on a name");
  let open = 0;
  const server = createServer((request, response) => {
    open++;
    response.once("close", () => open--);
    readBody(request)
      .then(async (bytes) => {
        const exchange = new Exchange(request, response, bytes);
        await handle(exchange).finally(() => served(exchange));
      })
      .catch((error: unknown) => {
        if (response.destroyed) return;
        if (!response.headersSent) response.writeHead(599);
        response.end(messageOf(error));
      });
  });
  // Longer than any pause between two sends: a connection that closes under a request leaves its sender in doubt.
  server.keepAliveTimeout = 600_000;
  server.listen(port, host);
  await once(server, "listening");
  const address = server.address();
  if (address === null || typeof address === "string") throw new Error("no port");
  return {
    url: `http://${host}:${address.port}`,
    port: address.port,
    open: () => open,
    close: async () => {
      const closed = new Promise<void>((resolve) => server.close(() => resolve()));
      server.closeAllConnections();
      await closed;
    },
  };
}
