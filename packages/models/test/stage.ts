import { readFileSync } from "node:fs";
import { createServer, type ServerResponse } from "node:http";
import * as z from "zod";
import type { ModelConnection } from "../src/contract.ts";
import type { providers } from "../src/registry.ts";

/** What a remote answers to one call, as it goes over the wire. */
export const Wire = z.object({
  status: z.number().default(200),
  headers: z.record(z.string(), z.string()).default({}),
  json: z.unknown().optional(),
  body: z.string().optional(),
  output: z.unknown().optional(),
  throws: z.string().optional(),
  events: z.array(z.unknown()).optional(),
  end: z.enum(["done", "close", "reset", "stall"]).default("done"),
});
export type Wire = z.infer<typeof Wire>;

/** A remote that plays one fixture, and what it saw of us. */
export type Stage = {
  connection: ModelConnection;
  seen: () => unknown;
  closedByUs: () => boolean;
  close: () => Promise<void>;
};

export type Kind = keyof typeof providers;

export const API_KEY = "test-key-9431";

const Named = z.object({ type: z.string() });
/** Anthropic names its events in a line of their own as well. */
function sse(kind: Kind, event: unknown): string {
  const name = kind === "anthropic" ? Named.safeParse(event).data?.type : undefined;
  return `${name === undefined ? "" : `event: ${name}\n`}data: ${JSON.stringify(event)}\n\n`;
}

const SAYS_DONE: ReadonlySet<Kind> = new Set(["workers-ai", "openai-compatible", "openai"]);
const lastOf = (kind: Kind): string => (SAYS_DONE.has(kind) ? "data: [DONE]\n\n" : "");

function playEvents(kind: Kind, response: ServerResponse, wire: Wire): void {
  response.writeHead(200, { "content-type": "text/event-stream" });
  for (const event of wire.events ?? []) response.write(sse(kind, event));
  if (wire.end === "done") response.end(lastOf(kind));
  else if (wire.end === "close") response.end();
  else if (wire.end === "reset") setImmediate(() => response.socket?.destroy());
  else response.flushHeaders();
}

async function serverStage(kind: Exclude<Kind, "workers-ai">, wire: Wire): Promise<Stage> {
  let seen: unknown;
  let closed = false;
  const server = createServer((request, response) => {
    let body = "";
    request.on("data", (piece) => (body += String(piece)));
    response.on("close", () => (closed = !response.writableEnded));
    request.on("end", () => {
      seen = { body: JSON.parse(body), headers: request.headers, path: request.url };
      if (wire.events !== undefined) return playEvents(kind, response, wire);
      if (wire.end === "stall") return;
      response.writeHead(wire.status, { "content-type": "application/json", ...wire.headers });
      response.end(wire.body ?? JSON.stringify(wire.json));
    });
  });
  await new Promise<void>((ready) => server.listen(0, "127.0.0.1", ready));
  const address = server.address();
  const port = typeof address === "object" && address !== null ? address.port : 0;
  const prices = { "m-1": { input: 1, output: 4, cached: 0.1 } };
  return {
    connection: { kind, baseUrl: `http://127.0.0.1:${port}/v1`, apiKey: API_KEY, prices, fetch },
    seen: () => seen,
    closedByUs: () => closed,
    close: () => new Promise<void>((done) => (server.closeAllConnections(), server.close(() => done()))),
  };
}

function bindingStage(wire: Wire): Promise<Stage> {
  let seen: unknown;
  let closed = false;
  const stream = (): ReadableStream<Uint8Array> => {
    const texts = [
      ...(wire.events ?? []).map((event) => sse("workers-ai", event)),
      ...(wire.end === "done" ? [lastOf("workers-ai")] : []),
    ];
    return new ReadableStream<Uint8Array>({
      pull(controller) {
        const text = texts.shift();
        if (text !== undefined) return controller.enqueue(new TextEncoder().encode(text));
        if (wire.end === "stall") return new Promise<void>(() => undefined);
        return wire.end === "reset" ? controller.error(new Error("Network connection lost.")) : controller.close();
      },
      cancel: () => void (closed = true),
    });
  };
  const run = (model: string, inputs: unknown, options?: Record<string, unknown>): Promise<unknown> => {
    seen = { body: inputs, model, options };
    if (wire.throws !== undefined) return Promise.reject(new Error(wire.throws));
    if (wire.events !== undefined) return Promise.resolve(stream());
    return wire.end === "stall" ? new Promise(() => undefined) : Promise.resolve(wire.output);
  };
  return Promise.resolve({
    connection: { kind: "workers-ai", binding: { run } },
    seen: () => seen,
    closedByUs: () => closed,
    close: () => Promise.resolve(),
  });
}

const open: Stage[] = [];

export async function staged(kind: Kind, wire: Wire): Promise<Stage> {
  const stage = await (kind === "workers-ai" ? bindingStage(wire) : serverStage(kind, wire));
  open.push(stage);
  return stage;
}

export async function closeStages(): Promise<void> {
  await Promise.all(open.splice(0).map((stage) => stage.close()));
}

/** The answers of a provider by name; asking for one that nobody has recorded fails. */
export function fixturesOf(kind: Kind): (name: string) => Wire {
  const file = new URL(`../fixtures/${kind}.json`, import.meta.url);
  const fixtures = z.record(z.string(), Wire).parse(JSON.parse(readFileSync(file, "utf8")));
  return (name) => {
    const found = fixtures[name];
    if (found === undefined) throw new Error(`${kind} has no fixture ${name}`);
    return found;
  };
}
