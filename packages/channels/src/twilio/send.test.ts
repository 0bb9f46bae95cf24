import { newId } from "@charla/domain/ids";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { asSent, outMedia } from "../../test/out-media.ts";
import type { Bubble, Outgoing, SendResult } from "../contract.ts";
import { channels } from "../registry.ts";
import { type TwilioAccount, TwilioConfig } from "./config.ts";
import { contentShapes } from "./content.ts";
import { MAX_BODY, WINDOW_MS } from "./send.ts";

const { twilio } = channels;

const now = 1_795_219_260_000;
const AC = `AC${"0".repeat(32)}`;
const HX = `HX${"1".repeat(32)}`;
const SID = `SM${"2".repeat(32)}`;
const WHATSAPP = "whatsapp:+34600111222";
const contents = Object.fromEntries(
  contentShapes().map(({ name }, index) => [name, `HX${String(index).padStart(32, "0")}`]),
);

const accountWith = (
  config: Partial<TwilioConfig> = {},
  secrets: Partial<TwilioAccount["secrets"]> = {},
): TwilioAccount => ({
  id: newId("channel"),
  tenantId: newId("tenant"),
  webhookUrl: "https://charla.example/webhooks/twilio/chn_1",
  config: TwilioConfig.parse({
    accountSid: AC,
    phoneNumber: "+14155238886",
    whatsappNumber: "+14155238887",
    ...config,
  }),
  secrets: { authTokens: ["0123456789abcdef0123456789abcdef"], ...secrets },
});

const messageTo = (address: string, bubble: Bubble, more: Partial<Outgoing> = {}): Outgoing => ({
  id: "msg_01k9zx7q2v8m4n6p0r5t3w1yac",
  conversationId: newId("conversation"),
  thread: address,
  contact: { address },
  bubble,
  inReplyTo: [],
  author: "ai",
  turnId: null,
  createdAt: now,
  tries: 1,
  lastInboundAt: now - 1_000,
  ...more,
});

type Seen = { url: string; authorization: string; form: URLSearchParams };

async function send(
  message: Outgoing,
  account = accountWith(),
  answers: { status: number; body?: unknown }[] = [],
): Promise<{ result: SendResult | undefined; seen: Seen[] }> {
  const seen: Seen[] = [];
  const post: typeof fetch = async (input, init) => {
    const request = new Request(input, init);
    seen.push({
      url: request.url,
      authorization: atob(request.headers.get("authorization")?.slice("Basic ".length) ?? ""),
      form: new URLSearchParams(await request.text()),
    });
    const { status, body } = answers[seen.length - 1] ?? { status: 201, body: { sid: SID, status: "queued" } };
    return Response.json(body ?? {}, { status });
  };
  const result = await twilio.send?.(message, account, { fetch: post, now, signal: new AbortController().signal });
  return { result, seen };
}

describe("what is posted", () => {
  it("goes from the number to a telephone, as plain text, and asks for a status under our id", async () => {
    const { result, seen } = await send(messageTo("+34600111222", { text: "**Hola** Lucía" }));
    expect(result).toEqual({ ok: true, state: "sent", providerId: SID });
    expect(seen[0]?.url).toBe(`https://api.twilio.com/2010-04-01/Accounts/${AC}/Messages.json`);
    expect(seen[0]?.authorization).toBe(`${AC}:0123456789abcdef0123456789abcdef`);
    expect(Object.fromEntries(seen[0]?.form ?? [])).toEqual({
      To: "+34600111222",
      From: "+14155238886",
      Body: "Hola Lucía",
      StatusCallback: "https://charla.example/webhooks/twilio/chn_1?m=msg_01k9zx7q2v8m4n6p0r5t3w1yac#rc=5&rp=all",
    });
  });

  it("goes from the WhatsApp sender to WhatsApp, in its dialect", async () => {
    const { seen } = await send(messageTo(WHATSAPP, { text: "**Hola** Lucía" }));
    expect(Object.fromEntries(seen[0]?.form ?? [])).toMatchObject({
      To: WHATSAPP,
      From: "whatsapp:+14155238887",
      Body: "*Hola* Lucía",
    });
  });

  it("goes through the Messaging Service where there is one", async () => {
    const MG = `MG${"3".repeat(32)}`;
    const { seen } = await send(messageTo("+34600111222", { text: "Hola" }), accountWith({ messagingServiceSid: MG }));
    expect(seen[0]?.form.get("MessagingServiceSid")).toBe(MG);
    expect(seen[0]?.form.has("From")).toBe(false);
  });

  it("uses the API key where there is one", async () => {
    const apiKey = { sid: `SK${"4".repeat(32)}`, secret: "s".repeat(32) };
    const { seen } = await send(messageTo("+34600111222", { text: "Hola" }), accountWith({}, { apiKey }));
    expect(seen[0]?.authorization).toBe(`${apiKey.sid}:${apiKey.secret}`);
  });

  it("goes to the number of a person known by Meta's id, and the status finds the thread", async () => {
    const address = "whatsapp:US.13491208655302741918";
    const message = messageTo(address, { text: "Hola" }, { contact: { address, aliases: [WHATSAPP] } });
    const { seen } = await send(message);
    expect(seen[0]?.form.get("To")).toBe(WHATSAPP);
    const callback = new URL(seen[0]?.form.get("StatusCallback") ?? "");
    expect(callback.searchParams.get("t")).toBe(address);
    expect((await send(messageTo(address, { text: "Hola" }))).seen[0]?.form.get("To")).toBe(address);
  });

  it("carries files by address, and refuses what would not all fit", async () => {
    const file = outMedia("https://charla.example/f/1", "image/png");
    const { seen } = await send(
      messageTo("+14155550100", { text: "", media: [file, { ...file, url: `${file.url}2` }] }),
    );
    expect(seen[0]?.form.getAll("MediaUrl")).toEqual([file.url, `${file.url}2`]);
    expect(seen[0]?.form.has("Body")).toBe(false);
    const tooMany = await send(messageTo(WHATSAPP, { text: "", media: [file, file] }));
    expect(tooMany).toMatchObject({ result: { ok: false, class: "invalid" }, seen: [] });
  });

  it("does not leave where no sender fits", async () => {
    const account = accountWith({ whatsappNumber: undefined });
    expect(await send(messageTo(WHATSAPP, { text: "Hola" }), account)).toMatchObject({
      result: { class: "invalid" },
      seen: [],
    });
  });
});

describe("buttons", () => {
  const buttons = [
    { id: "mon", title: "Lunes" },
    { id: "tue", title: "Martes" },
  ];
  const filled = ({ seen }: { seen: Seen[] }): unknown => JSON.parse(seen[0]?.form.get("ContentVariables") ?? "null");

  it("are a numbered list on a telephone, and on WhatsApp unless it is set up otherwise", async () => {
    for (const [to, account] of [
      ["+34600111222", accountWith({ buttons: "content", contents })],
      [WHATSAPP, accountWith()],
      [WHATSAPP, accountWith({ buttons: "content" })],
    ] as const) {
      const { seen } = await send(messageTo(to, { text: "¿Cuándo?", buttons }), account);
      expect(seen[0]?.form.get("Body")).toBe("¿Cuándo?\n\n1. Lunes\n2. Martes");
    }
  });

  it("fill the template that connecting made for so many", async () => {
    const account = accountWith({ buttons: "content", contents });
    const sent = await send(messageTo(WHATSAPP, { text: "¿**Cuándo**?", buttons }), account);
    expect(sent.seen[0]?.form.get("ContentSid")).toBe(contents["charla_quick-reply_2"]);
    expect(sent.seen[0]?.form.has("Body")).toBe(false);
    expect(filled(sent)).toEqual({ 1: "¿*Cuándo*?", 2: "Lunes", 3: "mon", 4: "Martes", 5: "tue" });
  });

  it("become a list when they are more than three or long", async () => {
    const account = accountWith({ buttons: "content", contents });
    const long = [...buttons, { id: "wed", title: "El miércoles temprano" }];
    const sent = await send(messageTo(WHATSAPP, { text: "¿Cuándo?", buttons: long }), account);
    expect(sent.seen[0]?.form.get("ContentSid")).toBe(contents["charla_list_3"]);
    expect(filled(sent)).toMatchObject({ 6: "El miércoles temprano", 7: "wed", 8: "Opciones" });
  });

  it("are sent as text when Twilio refuses the template, once", async () => {
    const account = accountWith({ buttons: "content", contents });
    const refusal = { status: 400, body: { code: 21656, message: "The ContentVariables Parameter is invalid" } };
    const { result, seen } = await send(messageTo(WHATSAPP, { text: "¿Cuándo?", buttons }), account, [refusal]);
    expect(result).toMatchObject({ ok: true });
    expect(seen.map(({ form }) => form.has("ContentSid"))).toEqual([true, false]);
    const lost = await send(messageTo(WHATSAPP, { text: "¿Cuándo?", buttons }), account, [{ status: 502 }]);
    expect(lost).toMatchObject({ result: { class: "ambiguous" }, seen: [{}] });
    expect(lost.seen).toHaveLength(1);
  });
});

describe("a closed window", () => {
  const late = { lastInboundAt: now - WINDOW_MS - 1, contact: { address: WHATSAPP, name: "Lucía" } };

  it("lets the approved template through, on one line and never empty", async () => {
    const windowTemplate = { contentSid: HX, variables: { 1: "{name}", 2: "Re: {text}", 3: "{name}{name}" } };
    const account = accountWith({ windowTemplate });
    const { seen } = await send(messageTo(WHATSAPP, { text: "Su pedido\n\nya *salió*" }, late), account);
    expect(seen[0]?.form.get("ContentSid")).toBe(HX);
    expect(JSON.parse(seen[0]?.form.get("ContentVariables") ?? "")).toEqual({
      1: "Lucía",
      2: "Re: Su pedido ya _salió_",
      3: "LucíaLucía",
    });
    const nameless = await send(
      messageTo(WHATSAPP, { text: "Hola" }, { ...late, contact: { address: WHATSAPP } }),
      account,
    );
    expect(JSON.parse(nameless.seen[0]?.form.get("ContentVariables") ?? "")).toMatchObject({ 1: "–" });
  });

  it("does not fall back to text when the template is refused", async () => {
    const account = accountWith({ windowTemplate: { contentSid: HX, variables: {} } });
    const { result, seen } = await send(messageTo(WHATSAPP, { text: "Hola" }, late), account, [
      { status: 400, body: { code: 21655 } },
    ]);
    expect(result).toMatchObject({ ok: false, class: "invalid" });
    expect(seen).toHaveLength(1);
  });

  it("is nothing that telephones know", async () => {
    const { result } = await send(messageTo("+34600111222", { text: "Hola" }, { lastInboundAt: 0 }));
    expect(result).toMatchObject({ ok: true });
  });
});

it("every bubble that is rendered fits Twilio's limit, whichever way it goes", async () => {
  const title = fc.string({ unit: "grapheme", minLength: 1, maxLength: 30 });
  const button = fc.record({ id: fc.constantFrom("a", "b", "c"), title });
  const markdown = fc
    .array(
      fc.constantFrom(
        "**Hola** mundo. ",
        "- uno\n- dos\n",
        "€ñ👋 ",
        "[enlace](https://charla.example/a) ",
        "\n\n# Título\n\n",
        "1. x\n",
        "`code` ",
      ),
      { maxLength: 400 },
    )
    .map((parts) => parts.join(""));
  await fc.assert(
    fc.asyncProperty(markdown, fc.array(button, { maxLength: 12 }), async (text, buttons) => {
      for (const bubble of twilio.render({ text, buttons }))
        for (const to of [WHATSAPP, "+34600111222"]) {
          const { result, seen } = await send(messageTo(to, asSent(bubble)));
          expect(result, JSON.stringify(bubble)).toMatchObject({ ok: true });
          expect(seen[0]?.form.get("Body")?.length).toBeLessThanOrEqual(MAX_BODY);
        }
    }),
    { numRuns: 60 },
  );
});

it("a picture goes with a short text, and every further file in a bubble of its own", () => {
  const file = outMedia("https://charla.example/f/1", "image/png");
  expect(twilio.render({ text: "Mira", media: [file, file] })).toEqual([
    { text: "Mira", media: [file] },
    { text: "", media: [file] },
  ]);
  expect(twilio.render({ text: "Mira", media: [{ ...file, type: "voice" }] })).toEqual([
    { text: "Mira" },
    { text: "", media: [{ ...file, type: "voice" }] },
  ]);
});
