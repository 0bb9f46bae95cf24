import { createHash } from "node:crypto";
import type { Media } from "@charla/domain/inbound";
import { MetaStandIn, type Reception } from "@charla/testkit/vendors/meta/server";
import { WhatsAppPhone } from "@charla/testkit/vendors/meta/whatsapp-phone";
import { metaJson, signatureOf } from "@charla/testkit/vendors/meta/webhooks";
import fc from "fast-check";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { asSent, outMedia } from "../test/out-media.ts";
import type { Account, Bubble, Button, Outgoing, SendResult, WebhookRequest } from "./contract.ts";
import { toWhatsApp } from "./markdown/dialects.ts";
import { WhatsAppConfig, type WhatsAppSecrets } from "./whatsapp/account.ts";
import { channels } from "./registry.ts";

const { whatsapp } = channels;

const DAY_MS = 24 * 3_600_000;
const ADA = "US.10000000000000000001";
const secrets: WhatsAppSecrets = {
  accessToken: "EAAG-token-of-the-shop",
  appSecrets: ["app_secret_0123456789abcdef"],
  verifyTokens: ["a-word-of-ours"],
};

let meta: MetaStandIn;
let now = Date.now();
let serial = 0;

beforeAll(async () => {
  meta = await MetaStandIn.start({ now: () => now });
  meta.addApp("900", secrets.appSecrets[0] ?? "");
});
beforeEach(() => {
  meta.world.problems.length = 0;
  meta.reception = (): Reception => ({});
});
afterAll(() => meta.close());

type World = { account: Account<WhatsAppConfig, WhatsAppSecrets>; phone: WhatsAppPhone };

function furnish(
  config: Record<string, unknown> = {},
  identity: { phone?: string; userId?: string } = { userId: ADA },
): World {
  const id = String(106_540_352_242_900 + ++serial);
  const number = meta.addNumber({ id, wabaId: `1022${serial}`, appId: "900", token: secrets.accessToken });
  const parsed = WhatsAppConfig.parse({ phoneNumberId: id, wabaId: number.wabaId, apiUrl: meta.url, ...config });
  const webhookUrl = "https://charla.example/webhooks/whatsapp/chn_1";
  const account = { id: "chn_1", tenantId: "ten_1", webhookUrl, config: parsed, secrets };
  return { account, phone: new WhatsAppPhone(meta, number, { name: "Ada", ...identity }) };
}

const outgoing = (bubble: Bubble, more: Partial<Outgoing> = {}): Outgoing => ({
  id: `msg_${++serial}`,
  conversationId: "cnv_1",
  thread: ADA,
  contact: { address: ADA, aliases: ["14155550100"], name: "Ada" },
  bubble,
  inReplyTo: ["wamid.IN1", "wamid.IN2"],
  author: "ai",
  turnId: "trn_1",
  createdAt: now,
  tries: 1,
  lastInboundAt: now,
  ...more,
});

const context = (): { fetch: typeof fetch; now: number; signal: AbortSignal } => ({
  fetch,
  now,
  signal: AbortSignal.timeout(5000),
});

async function send({ account }: World, message: Outgoing): Promise<SendResult> {
  const result = await whatsapp.send?.(message, account, context());
  if (result === undefined) throw new Error("whatsapp sends nothing");
  return result;
}

const choices = (count: number, title = (n: number): string => `Opción ${n}`): Button[] =>
  Array.from({ length: count }, (_, index) => ({ id: `choice-${index + 1}`, title: title(index + 1) }));

describe("what leaves", () => {
  it("is text in WhatsApp's own dialect, to the user id, with our id and thread on it", async () => {
    const world = furnish();
    const message = outgoing({ text: "**Hola**, mira [la carta](https://shop.example/carta)" });
    const result = await send(world, message);
    const [sent] = world.phone.received();
    expect(result).toEqual({ ok: true, state: "sent", providerId: sent?.id });
    expect(sent?.payload).toMatchObject({
      recipient: ADA,
      recipient_type: "individual",
      type: "text",
      text: { body: toWhatsApp(message.bubble.text), preview_url: true },
      biz_opaque_callback_data: `${message.id} ${ADA}`,
    });
    expect(sent?.text).toContain("*Hola*");
    expect(sent?.payload).not.toHaveProperty("to");
    expect(sent?.payload).not.toHaveProperty("context");
    expect(meta.problems).toEqual([]);
  });

  it("goes to a number where there is no user id, and to a group as a group, quoting what it answers", async () => {
    const world = furnish();
    await send(world, outgoing({ text: "hola" }, { thread: "34600000001", contact: { address: "34600000001" } }));
    await send(world, outgoing({ text: "hola" }, { thread: "Y2FwaTox", contact: { address: "Y2FwaTox" } }));
    expect(meta.sentTo("34600000001", world.account.config.phoneNumberId)[0]?.payload).toMatchObject({
      recipient_type: "individual",
    });
    expect(meta.sentTo("Y2FwaTox")[0]?.payload).toMatchObject({
      recipient_type: "group",
      context: { message_id: "wamid.IN2" },
    });
    expect(meta.problems).toEqual([]);
  });

  it.each([
    ["three buttons", "button", choices(3)],
    ["four options", "list", choices(4)],
    ["ten options", "list", choices(10)],
    ["two with long titles", "list", choices(2, (n) => `Una opción que no cabe en un botón ${n}`)],
    ["two with the same title", "list", choices(2, () => "Sí")],
  ])("%s are a %s that the vendor takes", async (_, kind, buttons) => {
    const world = furnish();
    const bubbles = whatsapp.render({ text: "¿Qué prefiere?", buttons });
    expect(bubbles).toHaveLength(1);
    for (const bubble of bubbles) expect(await send(world, outgoing(asSent(bubble)))).toMatchObject({ ok: true });
    expect(world.phone.received()[0]?.payload).toMatchObject({ interactive: { type: kind } });
    expect(meta.problems).toEqual([]);
  });

  it("has more options than a list holds as a numbered list, and loses none", () => {
    const bubbles = whatsapp.render({ text: "¿Cuál?", buttons: choices(11) });
    expect(bubbles.every(({ buttons }) => buttons === undefined)).toBe(true);
    expect(toWhatsApp(bubbles.map(({ text }) => text).join("\n"))).toContain("11. Opción 11");
  });

  it("keeps a long answer whole when it has options", () => {
    const text = "Una frase larga de verdad que cuenta algo. ".repeat(60);
    const bubbles = whatsapp.render({ text, buttons: choices(2) });
    expect(bubbles.length).toBeLessThanOrEqual(whatsapp.capabilities.maxBubbles);
    const carrier = bubbles.at(-1);
    expect(carrier?.buttons).toHaveLength(2);
    expect(toWhatsApp(carrier?.text ?? "").length).toBeLessThanOrEqual(1024);
    expect(
      bubbles
        .map((bubble) => bubble.text)
        .join(" ")
        .replaceAll(/\s/g, ""),
    ).toBe(text.replaceAll(/\s/g, ""));
  });

  it("always fits, whatever the answer holds", () => {
    const words = fc.array(
      fc.constantFrom("**negrita**", "texto", "# título\n\n", "- uno\n- dos\n", "`x`", "👩‍👩‍👧", "~~no~~ "),
      {
        maxLength: 800,
      },
    );
    const titles = fc.array(fc.string({ minLength: 1, maxLength: 90 }), { maxLength: 12 });
    fc.assert(
      fc.property(words, titles, (parts, names) => {
        const buttons = names.map((title, index) => ({ id: `b${index}`, title }));
        for (const bubble of whatsapp.render({ text: parts.join(" "), buttons })) {
          const max = bubble.buttons === undefined ? 4096 : 1024;
          expect(toWhatsApp(bubble.text).length).toBeLessThanOrEqual(max);
        }
      }),
      { numRuns: 60, seed: 20_261_121 },
    );
  });
});

describe("files", () => {
  const file = outMedia("https://files.example/1", "image/jpeg", { name: "pan.jpg" });

  it("go by link with the words as caption, each in a message of its own", async () => {
    const world = furnish();
    const [captioned, ...none] = whatsapp.render({ text: "Mire **esto**", media: [file] });
    expect(none).toEqual([]);
    if (captioned !== undefined) await send(world, outgoing(asSent(captioned)));
    expect(world.phone.received()[0]?.payload).toMatchObject({
      image: { link: file.url, caption: "Mire *esto*" },
    });
    const several = whatsapp.render({ text: "Dos fotos", media: [file, file], buttons: choices(2) });
    expect(several.map(({ media, text, buttons }) => [media?.length, text, buttons?.length])).toEqual([
      [1, "", undefined],
      [1, "", undefined],
      [undefined, "Dos fotos", 2],
    ]);
  });

  it.each([
    [
      { type: "voice", mime: "audio/ogg; codecs=opus" },
      { type: "audio", audio: { voice: true } },
    ],
    [{ type: "audio", mime: "audio/mpeg" }, { type: "audio" }],
    [{ type: "video", mime: "video/mp4" }, { type: "video" }],
    [{ type: "document", mime: "application/pdf", name: "a.pdf" }, { document: { filename: "a.pdf" } }],
    [{ type: "image", mime: "image/webp", name: "a.webp" }, { document: { filename: "a.webp" } }],
    [{ type: "image", mime: "image/png", size: 6 * 1_048_576 }, { type: "document" }],
    [{ type: "voice", mime: "audio/webm" }, { type: "document" }],
  ] as const)("%j leaves as %j", async (media, expected) => {
    const world = furnish();
    const result = await send(
      world,
      outgoing({ text: "", media: [outMedia("https://files.example/2", media.mime, media)] }),
    );
    expect(result).toMatchObject({ ok: true });
    expect(world.phone.received()[0]?.payload).toMatchObject(expected);
    expect(meta.problems).toEqual([]);
  });

  it("that Meta cannot fetch are uploaded first, byte for byte", async () => {
    const world = furnish();
    const bytes = Buffer.from([0xff, 0xd8, 0, 1, 2, 0x80, 0xfe]);
    const local = { ...file, url: "http://charla.example/pan.jpg" };
    const result = await whatsapp.send?.(outgoing({ text: "", media: [local] }), world.account, {
      ...context(),
      readFile: async ({ ref }) => (ref === file.ref ? new Uint8Array(bytes) : null),
    });
    expect(result).toMatchObject({ ok: true });
    const image = world.phone.received()[0]?.payload["image"];
    const id = typeof image === "object" && image !== null && "id" in image ? String(image.id) : "";
    expect(meta.world.files.get(id)).toMatchObject({ bytes, mime: "image/jpeg" });
  });

  it("that were deleted meanwhile are no message", async () => {
    const world = furnish();
    const local = { ...file, url: "http://charla.example/gone.jpg" };
    const gone = { ...context(), readFile: async () => null };
    const result = await whatsapp.send?.(outgoing({ text: "", media: [local] }), world.account, gone);
    expect(result).toMatchObject({ ok: false, class: "invalid" });
    expect(world.phone.received()).toEqual([]);
  });
});

describe("the window", () => {
  const template = { name: "seguimos", language: "es", parameters: [{ value: "{name}" }, { value: "{text}" }] };

  it("is open for a day, and not a millisecond longer", async () => {
    const world = furnish();
    expect(await send(world, outgoing({ text: "a" }, { lastInboundAt: now - DAY_MS }))).toMatchObject({ ok: true });
    expect(await send(world, outgoing({ text: "b" }, { lastInboundAt: now - DAY_MS - 1 }))).toMatchObject({
      ok: false,
      class: "window",
    });
    expect(world.phone.received().map(({ text }) => text)).toEqual(["a"]);
  });

  it("leaves only the template once it is closed, with the answer in one line", async () => {
    const world = furnish({ template });
    meta.addTemplate(world.account.config.wabaId, {
      name: "seguimos",
      language: "es",
      status: "APPROVED",
      parameters: 2,
    });
    const late = outgoing({ text: "**Ya** está.\n\n- uno\n- dos" }, { lastInboundAt: now - DAY_MS - 1 });
    expect(await send(world, late)).toMatchObject({ ok: true });
    expect(world.phone.received()[0]).toMatchObject({ type: "template", text: "Ada Ya está. - uno - dos" });
    expect(meta.problems).toEqual([]);
  });

  it("surfaces a template that Meta has paused or does not know", async () => {
    const world = furnish({ template });
    const late = outgoing({ text: "hola" }, { lastInboundAt: now - DAY_MS - 1 });
    expect(await send(world, late)).toMatchObject({
      ok: false,
      class: "invalid",
      message: expect.stringContaining("132001"),
    });
    meta.addTemplate(world.account.config.wabaId, {
      name: "seguimos",
      language: "es",
      status: "PAUSED",
      parameters: 2,
    });
    expect(await send(world, late)).toMatchObject({ ok: false, class: "invalid" });
  });
});

describe("limits and losses", () => {
  it("of a pair: after a burst of 45 the vendor says no, and we come back after 4^n seconds", async () => {
    const world = furnish();
    for (let n = 0; n < 45; n++) expect(await send(world, outgoing({ text: `${n}` }))).toMatchObject({ ok: true });
    const refused = await send(world, outgoing({ text: "one too many" }, { tries: 2 }));
    expect(refused).toMatchObject({ ok: false, class: "throttle", retryAfterMs: 16_000 });
    now += 6000;
    expect(await send(world, outgoing({ text: "after six seconds" }))).toMatchObject({ ok: true });
    expect(whatsapp.capabilities.rates?.person).toEqual({ everyMs: 6000, burst: 45 });
  });

  it("of a number: the 81st message of a second", async () => {
    const world = furnish();
    const to = (n: number): Partial<Outgoing> => ({ contact: { address: `346000000${10 + n}` } });
    for (let n = 0; n < 80; n++) expect(await send(world, outgoing({ text: "x" }, to(n)))).toMatchObject({ ok: true });
    expect(await send(world, outgoing({ text: "x" }, to(80)))).toMatchObject({ ok: false, class: "throttle" });
  });

  it("a connection that is cut after the message was taken is ambiguous", async () => {
    const world = furnish();
    meta.reception = (): Reception => ({ how: "cut" });
    expect(await send(world, outgoing({ text: "¿llegó?" }))).toMatchObject({ ok: false, class: "ambiguous" });
    expect(world.phone.received()).toHaveLength(1);
  });

  it("a wrong token is ours to mend and its words are nowhere", async () => {
    const world = furnish();
    const account = { ...world.account, secrets: { ...secrets, accessToken: "EAAG-somebody-elses" } };
    const result = await send({ ...world, account }, outgoing({ text: "hola" }));
    expect(result).toMatchObject({ ok: false, class: "auth" });
    expect(JSON.stringify(result)).not.toContain("EAAG");
  });
});

it("marks what was read and shows that an answer is coming", async () => {
  const { account } = furnish();
  const event = { kind: "message" as const, externalId: "wamid.IN9", at: now, text: "hola" };
  const about = { thread: ADA, contact: { address: ADA }, events: [event] };
  await whatsapp.attend?.({ moment: "read", ...about }, account, context());
  await whatsapp.attend?.({ moment: "typing", ...about }, account, context());
  await whatsapp.attend?.({ moment: "typing", ...about, events: [] }, account, context());
  const marks = meta.world.marks.filter((mark) => mark.account === account.config.phoneNumberId);
  expect(marks.map(({ to, mark }) => [to, mark])).toEqual([
    ["wamid.IN9", "read"],
    ["wamid.IN9", "typing"],
  ]);
});

describe("media", () => {
  const open = async (media: Media, world: World, change: Partial<{ fetch: typeof fetch }> = {}): Promise<unknown> => {
    const opened = await whatsapp.media?.(media, world.account, { ...context(), ...change });
    return opened?.ok ? { ...opened, body: Buffer.from(await new Response(opened.body).arrayBuffer()) } : opened;
  };

  it("is opened by its id, in two steps, with its type, size and digest", async () => {
    const world = furnish();
    const bytes = Buffer.from([0x4f, 0x67, 0x67, 0x53, 0, 0xff]);
    const { id } = meta.addFile(bytes, "audio/ogg");
    expect(await open({ type: "voice", ref: id }, world)).toEqual({
      ok: true,
      body: bytes,
      mime: "audio/ogg",
      size: 6,
      sha256: createHash("sha256").update(bytes).digest("hex"),
    });
  });

  it("is gone when Meta no longer knows the id, and denied to a token that may not", async () => {
    const world = furnish();
    expect(await open({ type: "image", ref: "123" }, world)).toMatchObject({ ok: false, class: "gone" });
    const account = { ...world.account, secrets: { ...secrets, accessToken: "EAAG-somebody-elses" } };
    expect(await open({ type: "image", ref: "123" }, { ...world, account })).toMatchObject({
      ok: false,
      class: "denied",
    });
  });

  it("is fetched from Meta's hosts only, and its token never goes to another one", async () => {
    const world = furnish();
    const seen: [string, string | null][] = [];
    const leading =
      (address: string, then: Response): typeof fetch =>
      async (input, init) => {
        const url = String(input);
        seen.push([new URL(url).host, new Headers(init?.headers).get("authorization")]);
        return url.startsWith(meta.url) ? Response.json({ url: address }) : then;
      };
    const elsewhere = leading("https://evil.example/1", new Response("x"));
    expect(await open({ type: "image", ref: "1" }, world, { fetch: elsewhere })).toMatchObject({ class: "denied" });
    const lookalike = leading("https://notfbsbx.com/1", new Response("x"));
    expect(await open({ type: "image", ref: "1" }, world, { fetch: lookalike })).toMatchObject({ class: "denied" });
    const plain = leading("http://lookaside.fbsbx.com/1", new Response("x"));
    expect(await open({ type: "image", ref: "1" }, world, { fetch: plain })).toMatchObject({ class: "denied" });
    expect(seen.map(([host]) => host)).toEqual(Array.from({ length: 3 }, () => new URL(meta.url).host));
    seen.length = 0;
    const moved = leading(
      "https://lookaside.fbsbx.com/1",
      new Response(null, { status: 302, headers: { location: "https://scontent.xx.fbcdn.net/2" } }),
    );
    await open({ type: "image", ref: "1" }, world, { fetch: moved });
    expect(seen.slice(1, 3)).toEqual([
      ["lookaside.fbsbx.com", `Bearer ${secrets.accessToken}`],
      ["scontent.xx.fbcdn.net", null],
    ]);
  });
});

describe("secrets", () => {
  const request = (
    secret: string,
    body = metaJson({ object: "whatsapp_business_account", entry: [] }),
  ): WebhookRequest => ({
    method: "POST",
    url: new URL("https://charla.example/"),
    publicUrl: "https://charla.example/",
    headers: new Headers({ "x-hub-signature-256": signatureOf(secret, body) }),
    rawBody: new TextEncoder().encode(body),
  });

  it("two app secrets are valid at a time", async () => {
    const { account } = furnish();
    const rotated = {
      ...account,
      secrets: { ...secrets, appSecrets: ["the_new_secret_0123456789", "the_old_secret_0123456789"] },
    };
    for (const secret of rotated.secrets.appSecrets)
      expect(await whatsapp.verify?.(request(secret), rotated, now)).toEqual({ ok: true });
    expect(await whatsapp.verify?.(request("the_oldest_secret_012345"), rotated, now)).toMatchObject({ status: 401 });
  });

  const shake = async (query: string): Promise<{ status: number; type: string | null; text: string } | null> => {
    const { account } = furnish();
    const url = new URL(`https://charla.example/webhooks/whatsapp/chn_1?${query}`);
    const get = { method: "GET", url, publicUrl: url.href, headers: new Headers(), rawBody: new Uint8Array(0) };
    const response = await whatsapp.handshake?.(get, {
      ...account,
      secrets: { ...secrets, verifyTokens: ["my_verify_token", "the_old_one"] },
    });
    if (!response) return null;
    return { status: response.status, type: response.headers.get("content-type"), text: await response.text() };
  };

  it.each(["my_verify_token", "the_old_one"])("the challenge comes back to who knows the word %s", async (word) => {
    expect(await shake(`hub.mode=subscribe&hub.challenge=1158201444&hub.verify_token=${word}`)).toEqual({
      status: 200,
      type: "text/plain",
      text: "1158201444",
    });
  });

  it.each([
    "hub.mode=subscribe&hub.challenge=1&hub.verify_token=nope",
    "hub.mode=subscribe&hub.challenge=1&hub.verify_token=",
    "hub.mode=subscribe&hub.challenge=1",
    "hub.mode=unsubscribe&hub.challenge=1&hub.verify_token=my_verify_token",
    "hub.mode=subscribe&hub.verify_token=my_verify_token",
    "",
  ])("and 403 to everybody else: %s", async (query) => {
    expect(await shake(query)).toMatchObject({ status: 403 });
  });

  it("a POST is no handshake", async () => {
    const { account } = furnish();
    expect(await whatsapp.handshake?.(request("x"), account)).toBeNull();
  });
});
