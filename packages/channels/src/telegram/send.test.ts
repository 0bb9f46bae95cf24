import { TelegramServer, type BotCall } from "@charla/testkit/vendors/telegram/server";
import { businessChat, keysOf, newGroup, newUser, privateChat, upgrade } from "@charla/testkit/vendors/telegram/phone";
import { serve } from "@charla/testkit/stand-in";
import { NO_KILLS } from "@charla/testkit/kill-orders";
import { newId } from "@charla/domain/ids";
import fc from "fast-check";
import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import { asSent, outMedia } from "../../test/out-media.ts";
import type { Outgoing, SendResult } from "../contract.ts";
import { newSecretToken, type TelegramAccount, TelegramConfig } from "./account.ts";
import { callbackDataOf } from "./keyboard.ts";
import { renderTelegram } from "./render.ts";
import { attendTelegram, sendTelegram } from "./send.ts";

let server: TelegramServer;
beforeAll(async () => {
  server = await TelegramServer.start({ rates: null });
});
afterEach(() => {
  server.reception = () => ({});
});
afterAll(async () => {
  expect(server.problems).toEqual([]);
  await server.close();
});

const now = Date.now();
const bot = (): ReturnType<TelegramServer["newBot"]> => server.newBot("tienda_bot");

function accountOf(token: string, config: Record<string, unknown> = {}): TelegramAccount {
  return {
    id: newId("channel"),
    tenantId: newId("tenant"),
    webhookUrl: "https://charla.example/webhooks/telegram/chn_1",
    config: TelegramConfig.parse({ apiUrl: server.apiUrl, ...config }),
    secrets: { botToken: token, secretTokens: [newSecretToken()] },
  };
}

const outgoing = (chat: number, change: Partial<Outgoing> = {}): Outgoing => ({
  id: newId("message"),
  conversationId: newId("conversation"),
  thread: String(chat),
  contact: { address: String(chat) },
  bubble: { text: "Hola" },
  inReplyTo: [],
  author: "ai",
  turnId: null,
  createdAt: now,
  tries: 1,
  lastInboundAt: now,
  ...change,
});

const context = { fetch, now, signal: AbortSignal.timeout(30_000) };
const lastCall = (): BotCall | undefined => server.calls.at(-1);

describe("text", () => {
  it("is shown with its marks, and what it says literally stays literal", async () => {
    const phone = privateChat(server, bot(), newUser("Lucía"));
    const text = "Son **12 < 13 &amp; más** de *una* [tienda](https://tienda.example/?a=1&b=2) con `a<b>`";
    const sent = await sendTelegram(outgoing(phone.user.id, { bubble: { text } }), accountOf(phone.bot.token), context);
    const [shown] = phone.received();
    expect(shown?.text).toBe("Son 12 < 13 & más de una tienda con a<b>");
    expect(shown?.entities?.map(({ type }) => type)).toEqual(["bold", "italic", "text_link", "code"]);
    expect(sent).toEqual({ ok: true, state: "sent", providerId: `${phone.user.id}:${shown?.message_id}` });
  });

  it("goes out plain when the vendor cannot read its marks", async () => {
    const phone = privateChat(server, bot(), newUser("Lucía"));
    const description = 'Bad Request: can\'t parse entities: Unsupported start tag "x" at byte offset 0';
    server.reception = ({ params }) => (params["parse_mode"] === "HTML" ? { refuse: { code: 400, description } } : {});
    const bubble = { text: "Son **dos** < tres" };
    const sent = await sendTelegram(outgoing(phone.user.id, { bubble }), accountOf(phone.bot.token), context);
    expect(sent.ok).toBe(true);
    expect(phone.received().map(({ text }) => text)).toEqual(["Son dos < tres"]);
  });

  it("is taken by the vendor whatever Markdown a model writes", async () => {
    const phone = privateChat(server, bot(), newUser("Lucía"));
    const account = accountOf(phone.bot.token);
    const piece = fc.constantFrom(
      "**",
      "*",
      "_",
      "`",
      "```\n",
      "\n",
      "[a](",
      ")",
      "<b>",
      "</b>",
      "&lt;",
      "&",
      "> ",
      "- ",
      "| a |",
      "# ",
      "😀",
      "ñ",
      "x ",
    );
    const markdown = fc.array(piece, { minLength: 1, maxLength: 24 }).map((parts) => `x${parts.join("")}`);
    await fc.assert(
      fc.asyncProperty(markdown, async (text) => {
        const before = server.calls.length;
        for (const bubble of renderTelegram({ text })) {
          expect(
            await sendTelegram(outgoing(phone.user.id, { bubble: asSent(bubble) }), account, context),
          ).toMatchObject({ ok: true });
        }
        // The first form is good enough: nothing had to be said plainly.
        expect(server.calls.slice(before).every(({ params }) => params["parse_mode"] === "HTML")).toBe(true);
      }),
      { numRuns: 150 },
    );
  });

  it("fits the vendor's limit however it is written", async () => {
    const phone = privateChat(server, bot(), newUser("Lucía"));
    const account = accountOf(phone.bot.token);
    const text = `${"**Precio:** 12 < 13 & [ver](https://tienda.example/producto?id=1) — ".repeat(300)}fin`;
    const bubbles = renderTelegram({ text, buttons: [{ id: "si", title: "Sí" }] });
    expect(bubbles.length).toBeGreaterThan(1);
    for (const bubble of bubbles) {
      expect(await sendTelegram(outgoing(phone.user.id, { bubble: asSent(bubble) }), account, context)).toMatchObject({
        ok: true,
      });
    }
    expect(keysOf(phone.received().at(-1) as never).map((key) => key.text)).toEqual(["Sí"]);
  });
});

describe("tables as rich messages", () => {
  const text = "| Talla | Precio |\n|---|---|\n| M | 12 € |";

  it.each([
    [true, "sendRichMessage"],
    [false, "sendMessage"],
  ])("with the switch at %s are sent by %s", async (richMessages, method) => {
    const phone = privateChat(server, bot(), newUser("Lucía"));
    await sendTelegram(
      outgoing(phone.user.id, { bubble: { text } }),
      accountOf(phone.bot.token, { richMessages }),
      context,
    );
    expect(server.callsOf(phone.bot).map((call) => call.method)).toEqual([method]);
    await sendTelegram(outgoing(phone.user.id), accountOf(phone.bot.token, { richMessages }), context);
    expect(lastCall()?.method).toBe("sendMessage");
  });

  it("become text where the server is older than they are", async () => {
    const old = await TelegramServer.start({ rates: null, richMessages: false });
    const phone = privateChat(old, old.newBot("vieja_bot"), newUser("Lucía"));
    const account = accountOf(phone.bot.token, { richMessages: true, apiUrl: old.apiUrl });
    expect(await sendTelegram(outgoing(phone.user.id, { bubble: { text } }), account, context)).toMatchObject({
      ok: true,
    });
    expect(phone.received()[0]?.text).toContain("12 €");
    await old.close();
  });
});

describe("buttons", () => {
  it("carry their id back where it fits, and its digest where it does not", async () => {
    const long = "pedido:".repeat(20);
    expect(await callbackDataOf("talla:m")).toBe("talla:m");
    const digest = await callbackDataOf(long);
    expect(digest).toMatch(/^~/);
    expect(await callbackDataOf(long)).toBe(digest);
    // A short id can never pass for the digest of a long one.
    expect(await callbackDataOf(digest)).not.toBe(digest);
  });

  it("have data of 1 to 64 bytes whatever their ids are, and different data for different ids", async () => {
    const ids = fc.tuple(
      fc.string({ unit: "grapheme", maxLength: 90 }),
      fc.string({ unit: "grapheme", maxLength: 90 }),
    );
    await fc.assert(
      fc.asyncProperty(ids, async ([a, b]) => {
        const [dataA, dataB] = [await callbackDataOf(a), await callbackDataOf(b)];
        for (const data of [dataA, dataB]) {
          const bytes = new TextEncoder().encode(data).length;
          expect(bytes).toBeGreaterThanOrEqual(1);
          expect(bytes).toBeLessThanOrEqual(64);
        }
        expect(dataA === dataB).toBe(a === b);
      }),
    );
  });
});

describe("groups", () => {
  it("see whom the answer is for, and in their topic", async () => {
    const team = newGroup(server, bot(), "Equipo");
    const phone = team.as(newUser("Ada"), 42);
    phone.room.messages.push({ message_id: 7, chat: team.chat, date: 1, text: "¿hora?" } as never);
    const thread = `${team.chat.id}:42`;
    const message = outgoing(team.chat.id, { thread, inReplyTo: ["cb:1", `${team.chat.id}:7`] });
    expect(await sendTelegram(message, accountOf(phone.bot.token), context)).toMatchObject({ ok: true });
    expect(phone.received()).toMatchObject([{ message_thread_id: 42, reply_to_message: { message_id: 7 } }]);
  });

  it("are written to under their new id once they are supergroups", async () => {
    const account = bot();
    const small = newGroup(server, account, "Equipo", -4242);
    const phone = small.as(newUser("Ada"));
    const next = await upgrade(server, account, small, phone.user);
    const message = outgoing(small.chat.id, { inReplyTo: [`${small.chat.id}:101`] });
    const sent = await sendTelegram(message, accountOf(account.token), context);
    expect(sent).toMatchObject({ ok: true });
    expect(next.as(phone.user).received()).toHaveLength(1);
    // Once the conversation has heard of it, the new id is asked at once.
    const moved = outgoing(small.chat.id, { contact: { address: String(next.chat.id), aliases: ["-4242"] } });
    const before = server.callsOf(account).length;
    expect(await sendTelegram(moved, accountOf(account.token), context)).toMatchObject({ ok: true });
    expect(server.callsOf(account)).toHaveLength(before + 1);
  });
});

describe("business accounts", () => {
  it("are answered for within a day, and the vendor is not asked after it", async () => {
    const phone = businessChat(server, bot(), newUser("Eva"), "bc1");
    const message = outgoing(phone.user.id, { thread: `${phone.user.id}@bc1` });
    const account = accountOf(phone.bot.token);
    expect(await sendTelegram(message, account, context)).toMatchObject({ ok: true });
    expect(phone.received()).toMatchObject([{ business_connection_id: "bc1" }]);
    const before = server.calls.length;
    const late = { ...message, lastInboundAt: now - 24 * 3_600_000 - 1 };
    expect(await sendTelegram(late, account, context)).toMatchObject({ ok: false, class: "window" });
    expect(server.calls.length).toBe(before);
  });

  it("show what was read; other chats cannot", async () => {
    const phone = businessChat(server, bot(), newUser("Eva"), "bc1");
    const account = accountOf(phone.bot.token);
    const events = [{ kind: "message" as const, externalId: `${phone.user.id}:55`, at: now, text: "hola" }];
    const contact = { address: String(phone.user.id) };
    await attendTelegram({ moment: "read", thread: `${phone.user.id}@bc1`, contact, events }, account, context);
    expect(phone.bot.read.get(phone.user.id)).toBe(55);
    const before = server.calls.length;
    await attendTelegram({ moment: "read", thread: String(phone.user.id), contact, events }, account, context);
    expect(server.calls.length).toBe(before);
  });
});

describe("files", () => {
  it("are fetched by the vendor, and become a link where it would not fetch them", async () => {
    const types: Record<string, string> = { "/a.png": "image/png", "/a.pdf": "application/pdf" };
    const host = await serve((exchange) =>
      exchange.answer(200, { "content-type": types[exchange.url.pathname] ?? "text/plain" }, "bytes", NO_KILLS, ""),
    );
    const phone = privateChat(server, bot(), newUser("Lucía"));
    const account = accountOf(phone.bot.token);
    const files = [
      outMedia(`${host.url}/a.png`, "image/png", { type: "image" }),
      outMedia(`${host.url}/a.pdf`, "application/pdf", { type: "document" }),
      outMedia(`${host.url}/a.docx`, "application/msword", { type: "document", name: "carta.docx" }),
      outMedia(`${host.url}/not-a-picture`, "image/png", { type: "image", name: "foto" }),
      outMedia(`${host.url}/big.mp4`, "video/mp4", { type: "video", size: 30_000_000, name: "largo.mp4" }),
    ];
    for (const file of files) {
      const bubble = { text: "Aquí **tiene**", media: [file] };
      expect(await sendTelegram(outgoing(phone.user.id, { bubble }), account, context)).toMatchObject({ ok: true });
    }
    const [photo, pdf, ...links] = phone.received();
    expect(photo).toMatchObject({ caption: "Aquí tiene", caption_entities: [{ type: "bold" }] });
    expect(photo).toHaveProperty("photo");
    expect(pdf).toHaveProperty("document");
    expect(links.map(({ text }) => text)).toEqual(
      ["carta.docx", "foto", "largo.mp4"].map((name) => `Aquí tiene\n\n📎 ${name}`),
    );
    await host.close();
  });

  it("go up with the message where the vendor would not fetch them, and are a link where it does not take them", async () => {
    const phone = privateChat(server, bot(), newUser("Lucía"));
    const account = accountOf(phone.bot.token);
    const docx = "application/vnd.openxmlformats-officedocument.wordprocessingml.document";
    const file = outMedia("https://charla.example/files/x", docx, { type: "document", name: "presupuesto ñ.docx" });
    const bytes = new Uint8Array([0x50, 0x4b, 3, 4, 0, 255, 13, 10]);
    const buttons = [{ id: "si", title: "Sí" }];
    const message = outgoing(phone.user.id, { bubble: { text: "Aquí **tiene**", media: [file], buttons } });
    const reading = { ...context, readFile: async () => bytes };
    expect(await sendTelegram(message, account, reading)).toMatchObject({ ok: true });
    const [got] = phone.received();
    expect(got).toMatchObject({
      caption: "Aquí tiene",
      caption_entities: [{ type: "bold" }],
      document: { file_name: "presupuesto ñ.docx", mime_type: docx, file_size: 8 },
      reply_markup: { inline_keyboard: [[{ text: "Sí" }]] },
    });
    expect([...(phone.bot.files.get(got?.document?.file_id ?? "")?.bytes ?? [])]).toEqual([...bytes]);

    // Too large, refused by the vendor, gone from the store: the words arrive all the same, with a link.
    const large = { ...file, size: 50 * 1024 * 1024 + 1 };
    const tries: [typeof file, Uint8Array<ArrayBuffer> | null][] = [
      [large, bytes],
      [file, new Uint8Array()],
      [file, null],
    ];
    for (const [media, content] of tries) {
      const bubble = { text: "Aquí tiene", media: [media] };
      const outside = { ...context, readFile: async () => content };
      expect(await sendTelegram(outgoing(phone.user.id, { bubble }), account, outside)).toMatchObject({ ok: true });
      expect(phone.received().at(-1)?.text).toBe("Aquí tiene\n\n📎 presupuesto ñ.docx");
    }
    expect(server.problems).toEqual([]);
  });

  it("are one to a bubble; a text too long for a caption follows them", () => {
    const media = ["a", "b"].map((name) => outMedia(`https://x.example/${name}`, "image/png"));
    expect(renderTelegram({ text: "dos", media }).map(({ media: files, text }) => [files?.length ?? 0, text])).toEqual([
      [1, ""],
      [1, ""],
      [0, "dos"],
    ]);
    const [first] = media;
    if (first === undefined) throw new Error("no file");
    expect(renderTelegram({ text: "uno", media: [first] })).toEqual([{ text: "uno", media: [first] }]);
    expect(renderTelegram({ text: "x ".repeat(600), media: [first] })).toHaveLength(2);
  });
});

describe("refusals", () => {
  it("name the wait of a throttle and the end of a chat that blocked the bot", async () => {
    const slow = await TelegramServer.start();
    const phone = privateChat(slow, slow.newBot("lenta_bot"), newUser("Lucía"));
    const account = accountOf(phone.bot.token, { apiUrl: slow.apiUrl });
    const results: SendResult[] = [];
    for (let n = 0; n < 8; n++) results.push(await sendTelegram(outgoing(phone.user.id), account, context));
    const refused = results.filter(({ ok }) => !ok);
    expect(refused[0]).toMatchObject({ class: "throttle", retryAfterMs: 1_000 });
    phone.room.barred = "bot was blocked by the user";
    expect(await sendTelegram(outgoing(phone.user.id), account, context)).toMatchObject({ class: "optout" });
    await slow.close();
  });

  it("are unknown when the connection is cut after the message was taken", async () => {
    const phone = privateChat(server, bot(), newUser("Lucía"));
    server.reception = () => ({ how: "cut" });
    const result = await sendTelegram(outgoing(phone.user.id), accountOf(phone.bot.token), context);
    expect(result).toMatchObject({ ok: false, class: "ambiguous" });
    expect(phone.received()).toHaveLength(1);
  });

  it("never repeat the token, whoever quotes it", async () => {
    const account = accountOf("77:AAHdqTcvCH1vGWJxfSeofSAs0K5PALDsaw9");
    const { botToken } = account.secrets;
    const quotes = [`at https://api.telegram.org/bot${botToken}/sendMessage`, `bot${encodeURIComponent(botToken)}`];
    for (const quote of quotes) {
      const thrown = await sendTelegram(outgoing(1), account, {
        ...context,
        fetch: () => Promise.reject(new Error(quote)),
      });
      const body = { ok: false, error_code: 400, description: quote };
      const said = await sendTelegram(outgoing(1), account, { ...context, fetch: async () => Response.json(body) });
      for (const result of [thrown, said]) {
        expect(result.ok).toBe(false);
        expect(JSON.stringify(result)).not.toContain(botToken.slice(4));
      }
    }
  });

  it("ask nobody when the thread is no chat of Telegram", async () => {
    const asked = { ...context, fetch: () => Promise.reject(new Error("asked")) };
    const message = outgoing(1, { thread: "order-77" });
    expect(await sendTelegram(message, accountOf("1:x"), asked)).toMatchObject({ ok: false, class: "invalid" });
  });
});

it("typing is shown in the chat and harms nobody when it fails", async () => {
  const phone = privateChat(server, bot(), newUser("Lucía"));
  const attention = { moment: "typing" as const, thread: String(phone.user.id), contact: { address: "" }, events: [] };
  await attendTelegram(attention, accountOf(phone.bot.token), context);
  expect(phone.room.actions).toEqual(["typing"]);
  await attendTelegram(attention, accountOf("1:AAHdqTcvCH1vGWJxfSeofSAs0K5PALDsaw1"), context);
});
