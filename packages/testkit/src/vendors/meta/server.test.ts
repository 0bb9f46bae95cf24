import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";

import { serve, type StandIn } from "../../stand-in.ts";
import { MetaStandIn } from "./server.ts";
import { metaJson, shakeHands, signatureOf } from "./webhooks.ts";
import { WhatsAppPhone } from "./whatsapp-phone.ts";

const TOKEN = "EAAG-token";
const DAY_MS = 24 * 3_600_000;

let meta: MetaStandIn;
let now = Date.now();
beforeAll(async () => {
  meta = await MetaStandIn.start({ now: () => now });
  meta.addApp("900", "app_secret_0123456789abcdef");
  meta.addNumber({ id: "1065", wabaId: "1022", appId: "900", token: TOKEN });
  meta.addPage({ id: "5501", kind: "page", appId: "900", token: "EAAG-page" });
});
beforeEach(() => {
  meta.problems.length = 0;
});
afterAll(() => meta.close());

type Answer = { status: number; code: number | undefined; body: Record<string, unknown> };

async function call(path: string, body: unknown, token = TOKEN): Promise<Answer> {
  const response = await fetch(`${meta.url}/v25.0/${path}`, {
    method: "POST",
    headers: { authorization: `Bearer ${token}`, "content-type": "application/json" },
    body: JSON.stringify(body),
  });
  const answer = (await response.json()) as Record<string, unknown> & { error?: { code: number } };
  return { status: response.status, code: answer.error?.code, body: answer };
}

const text = (body: string): Record<string, unknown> => ({
  messaging_product: "whatsapp",
  to: "34600000001",
  type: "text",
  text: { body },
});
const interactive = (action: unknown, type = "button"): Record<string, unknown> => ({
  messaging_product: "whatsapp",
  to: "34600000001",
  type: "interactive",
  interactive: { type, body: { text: "¿?" }, action },
});
const button = (id: string, title: string): unknown => ({ type: "reply", reply: { id, title } });

describe("the stand-in of the Cloud API", () => {
  it("takes what is right and says where it went", async () => {
    const { status, body } = await call("1065/messages", text("hola"));
    expect(status).toBe(200);
    expect(body).toMatchObject({
      messaging_product: "whatsapp",
      messages: [{ id: expect.stringMatching(/^wamid\./) }],
    });
    expect(meta.sentTo("34600000001").at(-1)).toMatchObject({ text: "hola", type: "text" });
    expect(meta.problems).toEqual([]);
  });

  it.each([
    ["an empty text", text("")],
    ["a text of 4097", text("x".repeat(4097))],
    ["nobody to send to", { ...text("x"), to: undefined }],
    ["a field that does not exist", { ...text("x"), colour: "red" }],
    ["another product", { ...text("x"), messaging_product: "telegram" }],
    ["a file by http", { ...text("x"), type: "image", image: { link: "http://files.example/1" } }],
    ["a file by nothing", { ...text("x"), type: "image", image: {} }],
    ["four buttons", interactive({ buttons: ["a", "b", "c", "d"].map((id) => button(id, id)) })],
    ["a long title", interactive({ buttons: [button("a", "x".repeat(21))] })],
    ["the same title twice", interactive({ buttons: [button("a", "Sí"), button("b", "Sí")] })],
    [
      "eleven rows",
      interactive(
        {
          button: "Ver",
          sections: [5, 6].map((count, at) => ({
            title: `s${at}`,
            rows: Array.from({ length: count }, (_, n) => ({ id: `${at}-${n}`, title: "x" })),
          })),
        },
        "list",
      ),
    ],
    ["an opaque word of 513", { ...text("x"), biz_opaque_callback_data: "x".repeat(513) }],
  ])("refuses %s with 100 and remembers it", async (_, payload) => {
    const sent = meta.world.sent.length;
    expect(await call("1065/messages", payload)).toMatchObject({ status: 400, code: 100 });
    expect(meta.world.sent).toHaveLength(sent);
    expect(meta.problems).toHaveLength(1);
  });

  it("knows its tokens and its numbers", async () => {
    expect(await call("1065/messages", text("x"), "EAAG-other")).toMatchObject({ status: 401, code: 190 });
    expect(await call("4444/messages", text("x"))).toMatchObject({ status: 400, code: 100 });
  });

  it("gives a file's address for five minutes and to its owner only", async () => {
    const { id } = meta.addFile(Buffer.from([0, 0xff, 0x80]), "image/jpeg");
    const headers = { authorization: `Bearer ${TOKEN}` };
    const { url } = (await (await fetch(`${meta.url}/v25.0/${id}`, { headers })).json()) as { url: string };
    expect(Buffer.from(await (await fetch(url, { headers })).arrayBuffer())).toEqual(Buffer.from([0, 0xff, 0x80]));
    expect((await fetch(url)).status).toBe(401);
    now += 5 * 60_000 + 1;
    expect((await fetch(url, { headers })).status).toBe(404);
  });
});

it("the stand-in of Messenger keeps the window and its only tag", async () => {
  const send = (more: Record<string, unknown> = {}): Promise<Answer> =>
    call(
      "me/messages",
      { recipient: { id: "1" }, messaging_type: "RESPONSE", message: { text: "hola" }, ...more },
      "EAAG-page",
    );
  expect(await send()).toMatchObject({ code: 100, body: { error: { error_subcode: 2018001 } } });
  meta.world.heard("5501", "1", now - DAY_MS - 1);
  expect(await send()).toMatchObject({ code: 10, body: { error: { error_subcode: 2018278 } } });
  expect(await send({ messaging_type: "MESSAGE_TAG", tag: "HUMAN_AGENT" })).toMatchObject({ status: 200 });
  expect(meta.problems).toEqual([]);
  expect(await send({ tag: "HUMAN_AGENT" })).toMatchObject({ code: 100 });
  expect(await send({ message: { text: "x".repeat(2001) } })).toMatchObject({ code: 100 });
  expect(meta.problems).toHaveLength(2);
});

describe("the phone", () => {
  let charla: StandIn;
  const seen: { body: string; signature: string | null }[] = [];
  let failures = 0;
  beforeAll(async () => {
    charla = await serve(async (exchange) => {
      seen.push({ body: exchange.body, signature: exchange.headers.get("x-hub-signature-256") });
      exchange.head(failures-- > 0 ? 503 : 200);
      await exchange.end();
    });
  });
  afterAll(() => charla.close());

  it("signs what it sends byte by byte, as Meta writes it, and sends it again until it is taken", async () => {
    const number = meta.addNumber({ id: "1066", wabaId: "1022", appId: "900", token: TOKEN, callback: charla.url });
    const phone = new WhatsAppPhone(meta, number, { name: "José", phone: "34600000002", userId: "ES.1" });
    failures = 2;
    await phone.text("¿kafé? 😀 https://x.y/");
    expect(seen).toHaveLength(3);
    expect(new Set(seen.map(({ body }) => body)).size).toBe(1);
    const [first] = seen;
    expect(first?.body).toContain("\\u00bfkaf\\u00e9? \\ud83d\\ude00 https:\\/\\/x.y\\/");
    expect(first?.signature).toBe(signatureOf("app_secret_0123456789abcdef", first?.body ?? ""));
    expect(metaJson(JSON.parse(first?.body ?? ""))).toBe(first?.body);
  });

  it("takes no address that does not know the word", async () => {
    expect(await shakeHands(charla.url, "word")).toBe(false);
  });
});
