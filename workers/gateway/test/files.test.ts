import { env } from "cloudflare:workers";
import { fileLinkPath } from "@charla/services/files/link";
import { parseKeyring } from "@charla/services/vault/keyring";
import { beforeAll, describe, expect, it } from "vitest";
import * as z from "zod";
import { bearer, call, newTenant, problemCode, send, type Answer, type Tenant } from "./world.ts";

const File = z.object({
  id: z.string(),
  type: z.string(),
  mime: z.string(),
  name: z.string().optional(),
  size: z.number(),
});
const Sent = z.object({ id: z.string(), seq: z.number(), duplicate: z.boolean() });
const FileLink = z.object({ url: z.string(), expiresAt: z.string(), mime: z.string(), name: z.string() });

let own: Tenant;
let foreign: Tenant;
beforeAll(async () => {
  own = await newTenant();
  foreign = await newTenant();
}, 60_000);

const bytesOf = (text: string): Uint8Array<ArrayBuffer> => new Uint8Array(new TextEncoder().encode(text));
const PNG = new Uint8Array([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a, 1, 2, 3, 4, 5, 6, 7, 8]);

const upload = (
  raw: BodyInit,
  query = "?name=foto.png",
  headers: Record<string, string> = {},
  tenant = own,
): Promise<Answer> =>
  call(`/v1/conversations/${tenant.conversationId}/files${query}`, {
    method: "POST",
    headers: { ...bearer(tenant.key), ...headers },
    raw,
  });
const say = (body: unknown, tenant = own): Promise<Answer> =>
  call(`/v1/conversations/${tenant.conversationId}/messages`, { method: "POST", headers: bearer(tenant.key), body });
const uploaded = async (raw: BodyInit, query?: string) => File.parse((await upload(raw, query)).json);

/** A message with this one file, and the path of the link to it. */
async function linked(raw: BodyInit, query?: string): Promise<{ path: string; seq: number }> {
  const { id } = await uploaded(raw, query);
  const { seq } = Sent.parse((await say({ text: "Mira", attachments: [{ id }] })).json);
  const answer = await call(`/v1/conversations/${own.conversationId}/messages/${seq}/files/0`, {
    headers: bearer(own.key),
  });
  const { url } = FileLink.parse(answer.json);
  expect(url.startsWith(`${env.PUBLIC_BASE_URL}/files/`)).toBe(true);
  return { path: new URL(url).pathname, seq };
}

describe("an upload", () => {
  it("is what its bytes are, whatever it is called and declared", async () => {
    const png = await upload(PNG, "?name=carta.pdf", { "content-type": "application/pdf" });
    expect([png.status, png.json]).toMatchObject([201, { type: "image", mime: "image/png", size: PNG.length }]);
    expect(await uploaded(bytesOf("a;b\n1;2"), "?name=precios.csv")).toMatchObject({ mime: "text/csv" });
    const docx = await uploaded(new Uint8Array([0x50, 0x4b, 3, 4, 0, 0, 0, 0]), "?name=carta.docx&as=document");
    expect(docx.mime).toMatch(/wordprocessingml/);
    expect(await uploaded(bytesOf("OggS...."), "?as=voice")).toMatchObject({ type: "voice", mime: "audio/ogg" });
    expect(await uploaded(PNG, "?as=document")).toMatchObject({ type: "document", mime: "image/png" });
  });

  it.each([
    ["nothing", new Uint8Array(), {}, 400],
    ["a program", bytesOf("MZ\u0000\u0000\u0003"), {}, 415],
    ["a form", PNG, { "content-type": "multipart/form-data; boundary=x" }, 415],
    ["something packed", PNG, { "content-encoding": "gzip" }, 415],
    ["what says it is too large", PNG, { "content-length": String(21 * 1_048_576) }, 413],
  ] as const)("refuses %s", async (_, raw, headers, status) => {
    expect((await upload(raw, "", headers)).status).toBe(status);
  });

  it("is stopped where it says nothing of its length and goes on and on", async () => {
    let sent = 0;
    const endless = new ReadableStream<Uint8Array>({
      pull(controller) {
        sent += 1_048_576;
        if (sent > 40 * 1_048_576) controller.close();
        else controller.enqueue(new Uint8Array(1_048_576));
      },
    });
    expect((await upload(endless, "")).status).toBe(413);
    const { objects } = await env.FILES.list({ prefix: `${own.id}/media/${own.conversationId}/out/` });
    expect(Math.max(...objects.map(({ size }) => size))).toBeLessThan(1_048_576);
  });

  it("is the same one under the same key, and another one's conversation does not exist", async () => {
    const key = { "idempotency-key": "foto-1" };
    const [first, second] = [await upload(PNG, "", key), await upload(PNG, "", key)];
    expect(second.json).toEqual(first.json);
    const stranger = await call(`/v1/conversations/${own.conversationId}/files`, {
      method: "POST",
      headers: bearer(foreign.key),
      raw: PNG,
    });
    expect(problemCode(stranger)).toBe("NOT_FOUND");
    const { objects } = await env.FILES.list({ prefix: `${foreign.id}/media/` });
    expect(objects).toEqual([]);
  });
});

describe("a message with files", () => {
  it("needs no words, and names only files of its own conversation", async () => {
    const { id } = await uploaded(PNG);
    expect((await say({ attachments: [{ id }] })).status).toBe(202);
    expect((await say({ text: " ", attachments: [] })).status).toBe(400);
    const theirs = await say({ text: "Mira", attachments: [{ id }] }, foreign);
    expect([theirs.status, theirs.text]).toEqual([422, expect.stringContaining("body.attachments.0.id")]);
  });

  it("shows the visitor what it holds, and gives a link for the asking", async () => {
    const { seq } = await linked(PNG);
    const page = await call(`/chat/${own.channelId}/messages`, { headers: bearer(own.visitorToken) });
    const { data } = z.object({ data: z.array(z.looseObject({ seq: z.number() })) }).parse(page.json);
    const media = [{ type: "image", mime: "image/png", name: "foto.png", size: PNG.length }];
    expect(data.find((message) => message.seq === seq)).toMatchObject({ media });
    const ask = (path: string, token = own.visitorToken) =>
      call(`/chat/${own.channelId}/messages/${path}`, { headers: bearer(token) });
    const { url } = FileLink.parse((await ask(`${seq}/files/0`)).json);
    expect((await send(new URL(url).pathname)).status).toBe(200);
    expect((await ask(`${seq}/files/1`)).status).toBe(404);
    expect((await ask(`1/files/0`)).status).toBe(404);
    expect((await ask(`${seq}/files/0`, foreign.visitorToken)).status).toBe(401);
  });
});

describe("a link", () => {
  it("gives the file, whole or in part, to whoever has it, and lets no browser run it", async () => {
    const { path } = await linked(PNG);
    const whole = await send(path);
    expect(new Uint8Array(await whole.arrayBuffer())).toEqual(PNG);
    expect(Object.fromEntries(whole.headers)).toMatchObject({
      "content-type": "image/png",
      "content-length": String(PNG.length),
      "content-disposition": `inline; filename="foto.png"; filename*=UTF-8''foto.png`,
      "x-content-type-options": "nosniff",
      "content-security-policy": expect.stringContaining("sandbox"),
      "cross-origin-resource-policy": "cross-origin",
      "accept-ranges": "bytes",
    });
    const head = await send(path, { method: "HEAD" });
    expect([head.status, head.headers.get("content-length"), await head.text()]).toEqual([200, "16", ""]);
    const part = await send(path, { headers: { range: "bytes=8-11" } });
    expect([part.status, part.headers.get("content-range")]).toEqual([206, "bytes 8-11/16"]);
    expect(new Uint8Array(await part.arrayBuffer())).toEqual(PNG.slice(8, 12));
    const last = await send(path, { headers: { range: "bytes=-3" } });
    expect(new Uint8Array(await last.arrayBuffer())).toEqual(PNG.slice(13));
    expect((await send(path, { headers: { range: "bytes=16-" } })).status).toBe(416);
    const known = await send(path, { headers: { "if-none-match": whole.headers.get("etag") ?? "" } });
    expect(known.status).toBe(304);
  });

  it.each([
    ["a page", "<!doctype html><script>alert(1)</script>", "pagina.html"],
    ["a drawing with a script", '<svg xmlns="http://www.w3.org/2000/svg"><script/></svg>', "dibujo.svg"],
  ])("to %s is only ever a download of bytes", async (_, text, name) => {
    const { path } = await linked(text, `?name=${name}`);
    const { headers } = await send(path);
    expect(headers.get("content-type")).toBe("application/octet-stream");
    expect(headers.get("content-disposition")).toMatch(/^attachment;/);
  });

  it("keeps a name of any script in the headers it may stand in", async () => {
    const { path } = await linked(PNG, `?name=${encodeURIComponent('año "nuevo" 日本.png')}`);
    const { headers } = await send(path);
    expect(headers.get("content-disposition")).toBe(
      `inline; filename="a_o _nuevo_ __.png"; filename*=UTF-8''a%C3%B1o%20%22nuevo%22%20%E6%97%A5%E6%9C%AC.png`,
    );
  });

  it("is gone when it has expired or its file was deleted, and unknown when anything of it was changed", async () => {
    const { path } = await linked(PNG);
    const [, , key = "", proof = "", name = ""] = path.split("/");
    const stored = atob(key.replaceAll("-", "+").replaceAll("_", "/"));
    for (const changed of [
      `/files/${key}/${proof}/otra.png`,
      `/files/${key}/${proof.replace(/\.[0-9a-z]+\./, ".zzzzzzz.")}/${name}`,
      `/files/${btoa(stored.replace(own.id, foreign.id)).replaceAll("=", "")}/${proof}/${name}`,
    ])
      expect(problemCode(await call(changed))).toBe("NOT_FOUND");
    const old = await fileLinkPath(parseKeyring(env.KEK), { key: stored, name: "foto.png" }, Date.now() - 1000);
    expect(problemCode(await call(old))).toBe("GONE");
    await env.FILES.delete(stored);
    expect(problemCode(await call(path))).toBe("GONE");
  });
});
