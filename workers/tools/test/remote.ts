import { readdirSync, readFileSync } from "node:fs";
import { createServer } from "node:http";
import { dirname } from "node:path";
import { fileURLToPath } from "node:url";
import type { TestProject } from "vitest/node";

declare module "vitest" {
  interface ProvidedContext {
    remoteOrigin: string;
    closedOrigin: string;
    documents: Record<string, string>;
  }
}

async function listening(
  handler: Parameters<typeof createServer>[1],
): Promise<{ origin: string; close: () => Promise<void> }> {
  const server = createServer(handler ?? (() => undefined));
  await new Promise<void>((ready) => server.listen(0, "127.0.0.1", ready));
  const address = server.address();
  const port = typeof address === "object" && address !== null ? address.port : 0;
  const close = () => new Promise<void>((done) => (server.closeAllConnections(), server.close(() => done())));
  return { origin: `http://127.0.0.1:${port}`, close };
}

/** Tests inside the runtime have no disk, so the documents travel as base64. */
function documents(): Record<string, string> {
  const folder = `${dirname(fileURLToPath(import.meta.url))}/../../../packages/documents/fixtures/`;
  const names = readdirSync(folder);
  return Object.fromEntries(names.map((name) => [name, readFileSync(`${folder}${name}`).toString("base64")]));
}

/** A real server outside workerd: `/hits` tells how often a path was asked for, everything else is what its name says. */
export default async function remote(project: TestProject): Promise<() => Promise<void>> {
  const hits = new Map<string, string[]>();
  const server = await listening((request, response) => {
    const url = request.url ?? "";
    if (url.startsWith("/hits/"))
      return void response
        .setHeader("content-type", "application/json")
        .end(JSON.stringify(hits.get(url.slice("/hits".length)) ?? []));
    let body = "";
    request.on("data", (piece) => (body += String(piece)));
    request.on("end", () => {
      hits.set(url, [...(hits.get(url) ?? []), String(request.headers["idempotency-key"] ?? "")]);
      const path = url.split("/")[1];
      if (path === "silent") return;
      if (path === "cut") return void response.socket?.destroy();
      if (path === "redirect") return void response.writeHead(302, { location: `http://localhost:1/${url}` }).end();
      if (path === "half")
        return void (response.writeHead(200, { "content-type": "application/json", "content-length": "99" }),
        response.write("{"),
        setImmediate(() => response.destroy()));
      response
        .setHeader("content-type", "application/json")
        .end(JSON.stringify({ path: url, sent: body === "" ? null : JSON.parse(body) }));
    });
  });
  const closed = await listening(() => undefined);
  await closed.close();
  project.provide("remoteOrigin", server.origin);
  project.provide("closedOrigin", closed.origin);
  project.provide("documents", documents());
  return server.close;
}
