import { createServer } from "node:http";
import type { IncomingMessage, Server, ServerResponse } from "node:http";

type Received = { at: string; path: string; id: string; body: string };

const kept = 200;
const maxBytes = 1024 * 1024;

async function readBody(request: IncomingMessage): Promise<string | undefined> {
  const parts: Buffer[] = [];
  let size = 0;
  for await (const part of request) {
    const bytes = Buffer.from(part);
    size += bytes.length;
    if (size > maxBytes) return undefined;
    parts.push(bytes);
  }
  return Buffer.concat(parts).toString("utf8");
}

const escaped = (text: string): string => text.replace(/[&<>"]/g, (character) => `&#${character.charCodeAt(0)};`);

function readable(body: string): string {
  try {
    return JSON.stringify(JSON.parse(body), null, 2);
  } catch {
    return body;
  }
}

const page = (received: readonly Received[]): string => `<!doctype html>
<html lang="es"><meta charset="utf-8"><meta name="viewport" content="width=device-width">
<meta http-equiv="refresh" content="3"><title>Mensajes salientes / Outbound messages</title>
<style>body{font:16px/1.5 system-ui;max-width:52rem;margin:2rem auto;padding:0 1rem;color-scheme:light dark}
pre{overflow:auto;padding:1rem;border:1px solid;border-radius:.5rem;white-space:pre-wrap}</style>
<h1>Mensajes salientes <small lang="en">/ Outbound messages</small></h1>
${received.length === 0 ? '<p>Todavía nada. <span lang="en">/ Nothing yet.</span></p>' : ""}
${received.map(({ at, path, id, body }) => `<h2>${escaped(at)} ${escaped(path)}</h2><p>${escaped(id)}</p><pre>${escaped(readable(body))}</pre>`).join("\n")}
</html>`;

/** Shows what the platform sends to the outside, in the place of the systems that would receive it. */
export function startOutboundViewer(port: number): Promise<Server> {
  const received: Received[] = [];

  const answer = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    const path = request.url ?? "/";
    if (request.method === "POST") {
      const body = await readBody(request);
      if (body === undefined) {
        response.writeHead(413).end();
        return;
      }
      const id = request.headers["webhook-id"];
      received.unshift({ at: new Date().toISOString(), path, id: typeof id === "string" ? id : "", body });
      received.splice(kept);
      response.writeHead(204).end();
      return;
    }
    const asJson = path === "/messages.json";
    const type = asJson ? "application/json" : "text/html";
    response.writeHead(200, { "content-type": `${type}; charset=utf-8`, "cache-control": "no-store" });
    response.end(asJson ? JSON.stringify(received) : page(received));
  };

  const server = createServer((request, response) => {
    answer(request, response).catch(() => response.destroy());
  });
  return new Promise((resolve, reject) => {
    server.once("error", reject);
    server.listen(port, "localhost", () => resolve(server));
  });
}
