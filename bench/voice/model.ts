import { once } from "node:events";
import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";

const MARK = /pregunta (\d+)/g;
const WORDS = ["Sí, ", "claro, ", "lo ", "miro ", "ahora ", "mismo."];

const chunk = (delta: object, finish: string | null): string =>
  `data: ${JSON.stringify({ id: "c", object: "chat.completion.chunk", created: 1, model: "bench", choices: [{ index: 0, delta, finish_reason: finish }] })}\n\n`;

/** A model that writes at once, and knows how long each first word took it. */
export class QuickModel {
  readonly #server: Server;
  readonly #tookMs = new Map<string, number>();

  private constructor(server: Server) {
    this.#server = server;
  }

  static async listen(port: number): Promise<QuickModel> {
    const server = createServer((request, response) => void model.#answer(request, response));
    const model = new QuickModel(server);
    server.keepAliveTimeout = 600_000;
    server.listen(port, "127.0.0.1");
    await once(server, "listening");
    return model;
  }

  /** From the request to the first word of the answer to that question. */
  tookMs(question: number): number {
    const ms = this.#tookMs.get(String(question));
    if (ms === undefined) throw new Error(`nobody asked the model question ${question}`);
    return ms;
  }

  close(): void {
    this.#server.closeAllConnections();
    this.#server.close();
  }

  async #answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const since = performance.now();
    let body = "";
    for await (const part of request) body += String(part);
    const question = [...body.matchAll(MARK)].at(-1)?.[1] ?? "";
    response.writeHead(200, { "content-type": "text/event-stream" });
    const [first = "", ...rest] = WORDS;
    response.write(chunk({ content: first }, null));
    this.#tookMs.set(question, performance.now() - since);
    for (const word of rest) response.write(chunk({ content: word }, null));
    response.end(`${chunk({}, "stop")}data: [DONE]\n\n`);
  }
}
