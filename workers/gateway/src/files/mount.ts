import { isSafeInline } from "@charla/documents/sniff";
import { AppError } from "@charla/domain/errors";
import { verifyFileLink } from "@charla/services/files/link";
import { Hono } from "hono";
import type { AppEnv } from "../app-env.ts";
import { keyringOf } from "../keyring.ts";
import { rangeOf, type Range } from "./range.ts";

/** Nothing in a file may run, load or be framed, whatever a browser takes it for. */
const FILE_POLICY = "default-src 'none'; sandbox; frame-ancestors 'none'; base-uri 'none'; form-action 'none'";
/** What a browser would run if it ever showed it. */
const ACTIVE = /^(?:text\/html|image\/svg\+xml|application\/xhtml\+xml)/;

/** Stored files by signed links: no credential but the link, no file but the one it names. */
export function fileRoutes(): Hono<AppEnv> {
  const files = new Hono<AppEnv>();
  files.get("/:key/:proof/:name", async (c) => {
    const verdict = await verifyFileLink(keyringOf(c.env), c.req.param(), Date.now());
    if (!verdict.ok) throw new AppError(verdict.reason === "expired" ? "GONE" : "NOT_FOUND", "not a link of ours");
    const { key, name } = verdict.file;
    const head = await c.env.FILES.head(key);
    if (head === null) throw new AppError("GONE", "the file was deleted");
    const headers = headersOf(head, name);
    if (c.req.header("if-none-match") === head.httpEtag) return new Response(null, { status: 304, headers });
    const range = rangeOf(c.req.header("range") ?? null, head.size);
    if (range === "unsatisfiable") {
      headers.set("content-range", `bytes */${head.size}`);
      return new Response(null, { status: 416, headers });
    }
    const { offset, length } = range ?? { offset: 0, length: head.size };
    headers.set("content-length", String(length));
    if (range !== null) headers.set("content-range", `bytes ${offset}-${offset + length - 1}/${head.size}`);
    const status = range === null ? 200 : 206;
    if (c.req.method === "HEAD") return new Response(null, { status, headers });
    return new Response(await bytesOf(c.env.FILES, head, range), { status, headers });
  });
  return files;
}

async function bytesOf(bucket: R2Bucket, head: R2Object, range: Range | null): Promise<ReadableStream> {
  const options = { onlyIf: { etagMatches: head.etag }, ...(range === null ? {} : { range }) };
  const object = await bucket.get(head.key, options);
  if (object === null || !("body" in object)) throw new AppError("GONE", "the file was deleted meanwhile");
  return object.body;
}

function headersOf({ httpMetadata, httpEtag, uploaded }: R2Object, name: string): Headers {
  const mime = httpMetadata?.contentType ?? "application/octet-stream";
  const disposition = isSafeInline(mime) ? "inline" : "attachment";
  return new Headers({
    "content-type": ACTIVE.test(mime) ? "application/octet-stream" : mime,
    "content-disposition": `${disposition}; filename="${asciiOf(name)}"; filename*=UTF-8''${extendedOf(name)}`,
    "content-security-policy": FILE_POLICY,
    // Shown in chats on other sites; the link alone is the permission.
    "cross-origin-resource-policy": "cross-origin",
    "access-control-allow-origin": "*",
    "cache-control": "private, max-age=3600",
    "accept-ranges": "bytes",
    "x-robots-tag": "noindex",
    etag: httpEtag,
    "last-modified": uploaded.toUTCString(),
  });
}

const asciiOf = (name: string): string => name.replaceAll(/[^\x20-\x7e]|["\\%]/g, "_");

/** RFC 8187: fewer characters stand for themselves than in an address. */
const extendedOf = (name: string): string =>
  encodeURIComponent(name).replaceAll(/['()*]/g, (sign) => `%${sign.charCodeAt(0).toString(16).toUpperCase()}`);
