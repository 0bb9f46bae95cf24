import { createServer, type Server } from "node:http";
import { type Mark, marksIn, markText } from "../model/marks.ts";

export type Reply = { at: number; modelMs: number };

type Waiter = { resolve: (reply: Reply) => void; reject: (error: Error) => void; timer: NodeJS.Timeout };

const PATIENCE_MS = 30_000;
const MODEL_TIME = /\{(\d+)\}/;

/** Where replies arrive: the integrator's end. A reply nobody waits for is an error: it came twice or never was asked. */
export class Sink {
  readonly #server: Server;
  readonly #waiting = new Map<string, Waiter>();
  readonly errors: string[] = [];

  private constructor(server: Server) {
    this.#server = server;
  }

  static async listen(port: number): Promise<Sink> {
    const server = createServer();
    server.keepAliveTimeout = 600_000;
    const sink = new Sink(server);
    server.on("request", (request, response) => {
      const chunks: Buffer[] = [];
      request.on("data", (chunk: Buffer) => chunks.push(chunk));
      request.on("end", () => {
        const at = performance.now();
        response.end("{}");
        sink.#take(Buffer.concat(chunks).toString("utf8"), at);
      });
    });
    await new Promise<void>((resolve) => server.listen(port, "127.0.0.1", resolve));
    return sink;
  }

  expect(mark: Mark): Promise<Reply> {
    const key = markText(mark);
    return new Promise((resolve, reject) => {
      const timer = setTimeout(() => {
        this.#waiting.delete(key);
        reject(new Error(`no reply to ${key}`));
      }, PATIENCE_MS);
      this.#waiting.set(key, { resolve, reject, timer });
    });
  }

  close(): void {
    this.#server.close();
    this.#server.closeAllConnections();
  }

  #take(body: string, at: number): void {
    const { conversation, text } = JSON.parse(body) as { conversation: string; text: string };
    const mark = marksIn(text)[0];
    const key = mark === undefined ? "" : markText(mark);
    const waiter = this.#waiting.get(key);
    if (waiter === undefined || mark?.conversation !== conversation) {
      this.errors.push(`unexpected reply in ${conversation}: ${text.slice(0, 200)}`);
      return;
    }
    clearTimeout(waiter.timer);
    this.#waiting.delete(key);
    waiter.resolve({ at, modelMs: Number(MODEL_TIME.exec(text)?.[1] ?? 0) / 1000 });
  }
}
