import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import { messageOf } from "@charla/domain/errors";
import type { WebDriver } from "./drivers/web.ts";
import { Guard } from "./guard.ts";
import { type Asset, buildPages, LETTER_POLICY, PAGE_POLICY, webPage } from "./pages.ts";
import { ActCall, BadCall, FileCall, fileKindOf, PersonCall, readBytes, readJson } from "./requests.ts";
import type { Simulator } from "./simulator.ts";

const ALIVE_MS = 20_000;
/** Types that a page shows; anything else is handed out as a file to be saved. */
const SHOWN = /^(image\/(png|jpeg|gif|webp)|audio\/|video\/)/;

const SECURITY = {
  "x-content-type-options": "nosniff",
  "referrer-policy": "no-referrer",
  "cross-origin-resource-policy": "same-origin",
  "cross-origin-opener-policy": "same-origin",
  "cache-control": "no-store",
};

type Parts = { simulator: Simulator; web: WebDriver; gateway: string; assets: ReadonlyMap<string, Asset> };

function answer(
  response: ServerResponse,
  status: number,
  { type, body, policy = PAGE_POLICY }: Asset,
  more = {},
): void {
  response.writeHead(status, { ...SECURITY, "content-type": type, "content-security-policy": policy, ...more });
  response.end(body);
}

const say = (response: ServerResponse, status: number, text: string): void =>
  answer(response, status, { type: "text/plain; charset=utf-8", body: Buffer.from(text) });

/** Everything as it is, then every change, for as long as somebody listens. */
function stream(simulator: Simulator, response: ServerResponse): void {
  response.writeHead(200, { ...SECURITY, "content-type": "text/event-stream" });
  const tell = (update: unknown): boolean => response.write(`data: ${JSON.stringify(update)}\n\n`);
  tell({ type: "state", state: simulator.state });
  const stop = simulator.listen(tell);
  const alive = setInterval(() => response.write(":\n\n"), ALIVE_MS);
  response.once("close", () => {
    stop();
    clearInterval(alive);
  });
}

function openFile({ simulator }: Parts, response: ServerResponse, [, folder, id = ""]: string[]): void {
  const file = simulator.files.open(id);
  if (file === undefined || file.isLetter !== (folder === "letters")) return say(response, 404, "not here");
  if (file.isLetter)
    return answer(response, 200, { type: "text/html; charset=utf-8", body: file.bytes, policy: LETTER_POLICY });
  const disposition = SHOWN.test(file.mime) ? "inline" : "attachment";
  answer(response, 200, { type: file.mime, body: file.bytes }, { "content-disposition": disposition });
}

async function change({ simulator }: Parts, request: IncomingMessage, url: URL): Promise<unknown> {
  if (url.pathname === "/api/act") {
    const { line, person, act } = await readJson(request, ActCall);
    return simulator.act(line, person, act);
  }
  if (url.pathname === "/api/people") {
    const { line, name } = await readJson(request, PersonCall);
    return simulator.addPerson(line, name);
  }
  if (url.pathname !== "/api/files") throw new BadCall(404, "not here");
  const wish = FileCall.safeParse(Object.fromEntries(url.searchParams));
  if (!wish.success) throw new BadCall(400, "line, person and name are needed");
  const mime = request.headers["content-type"] ?? "application/octet-stream";
  const bytes = await readBytes(request);
  if (bytes.length === 0) throw new BadCall(400, "the file is empty");
  const { line, person, name } = wish.data;
  return simulator.sendFile(line, person, { bytes, name, mime, kind: fileKindOf(mime) });
}

async function handle(parts: Parts, request: IncomingMessage, response: ServerResponse): Promise<void> {
  const url = new URL(request.url ?? "/", "http://simulator");
  if (request.method === "POST") {
    const result = await change(parts, request, url);
    return answer(response, 200, { type: "application/json", body: Buffer.from(JSON.stringify(result ?? {})) });
  }
  if (request.method !== "GET") throw new BadCall(405, "GET or POST");
  if (url.pathname === "/api/events") return stream(parts.simulator, response);
  if (url.pathname === "/web") {
    const embedding = parts.web.embedding(url.searchParams.get("person") ?? "");
    const lang = url.searchParams.get("lang") === "en" ? "en" : "es";
    if (embedding === null) throw new BadCall(404, "nobody by this name");
    return answer(response, 200, webPage(parts.gateway, embedding, lang));
  }
  const path = url.pathname.split("/");
  if (path[1] === "files" || path[1] === "letters") return openFile(parts, response, path);
  const asset = parts.assets.get(url.pathname);
  if (asset === undefined) throw new BadCall(404, "not here");
  answer(response, 200, asset);
}

/** The page and what it asks for, on this machine alone. */
export async function serveSimulator(port: number, parts: Omit<Parts, "assets">): Promise<Server> {
  const all = { ...parts, assets: await buildPages() };
  const guard = new Guard(port);
  const server = createServer((request, response) => {
    const refusal = guard.refusal(request.method ?? "GET", request.headers);
    if (refusal !== undefined) {
      say(response, 403, refusal);
      request.resume();
      return;
    }
    handle(all, request, response).catch((error: unknown) => {
      if (response.headersSent) response.destroy();
      else say(response, error instanceof BadCall ? error.status : 502, messageOf(error));
    });
  });
  return new Promise((resolve, reject) => {
    server.once("error", reject);
    server.listen(port, "localhost", () => resolve(server));
  });
}
