import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { build } from "esbuild";

export type Asset = { type: string; body: Buffer; policy?: string };

const at = (path: string): string => fileURLToPath(new URL(path, import.meta.url));

const COMMON = ["base-uri 'none'", "form-action 'none'", "frame-ancestors 'self'"];

/** Nothing from elsewhere and nothing inline. */
export const PAGE_POLICY = [
  "default-src 'none'",
  "script-src 'self'",
  "style-src 'self'",
  "img-src 'self' data:",
  "media-src 'self'",
  "connect-src 'self'",
  "frame-src 'self'",
  ...COMMON,
].join("; ");

/** A mail as it was composed: it may look as it likes and do nothing. */
export const LETTER_POLICY = ["default-src 'none'", "style-src 'unsafe-inline'", "img-src data:", ...COMMON].join("; ");

/** The page of a site that embeds the chat of this gateway. */
export const webPolicy = (gateway: string): string => {
  const socket = gateway.replace(/^http/, "ws");
  return [
    "default-src 'none'",
    `script-src ${gateway}`,
    "style-src 'self'",
    `connect-src ${gateway} ${socket}`,
    "img-src 'self' data:",
    ...COMMON,
  ].join("; ");
};

/** The page is built into memory, so that nothing of it can end up where the gateway's assets are deployed from. */
export async function buildPages(): Promise<Map<string, Asset>> {
  const { outputFiles } = await build({
    entryPoints: [at("../page/main.ts"), at("../page/main.css"), at("../page/web-frame.css")],
    outdir: at("../page/"),
    bundle: true,
    write: false,
    format: "esm",
    target: "es2022",
    charset: "utf8",
    logLevel: "error",
  });
  const built = outputFiles.map(({ path, contents }): [string, Asset] => {
    const name = path.slice(path.lastIndexOf("/") + 1);
    const type = name.endsWith(".css") ? "text/css; charset=utf-8" : "text/javascript; charset=utf-8";
    return [`/${name}`, { type, body: Buffer.from(contents) }];
  });
  return new Map<string, Asset>([
    ...built,
    ["/", { type: "text/html; charset=utf-8", body: readFileSync(at("../index.html")), policy: PAGE_POLICY }],
    ["/icon.svg", { type: "image/svg+xml", body: readFileSync(at("../icon.svg")) }],
  ]);
}

const escaped = (text: string): string => text.replace(/[&<>"']/g, (character) => `&#${character.charCodeAt(0)};`);

export const webPage = (
  gateway: string,
  { channel, identity }: { channel: string; identity: string },
  lang: string,
): Asset => ({
  type: "text/html; charset=utf-8",
  policy: webPolicy(gateway),
  body: Buffer.from(`<!doctype html>
<html lang="${lang}">
  <head>
    <meta charset="utf-8" />
    <meta name="viewport" content="width=device-width, initial-scale=1" />
    <title>Web</title>
    <link rel="stylesheet" href="/web-frame.css" />
  </head>
  <body>
    <main>
      <script src="${escaped(gateway)}/chat/widget.js" data-channel="${escaped(channel)}" data-identity="${escaped(identity)}" data-mode="inline" data-lang="${lang}"></script>
    </main>
  </body>
</html>`),
});
