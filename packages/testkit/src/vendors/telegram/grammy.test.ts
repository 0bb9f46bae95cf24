import { once } from "node:events";
import { createServer } from "node:http";
import { Api, Bot, GrammyError, webhookCallback } from "grammy";
import { afterAll, beforeAll, describe, expect, it } from "vitest";

import type { BotAccount } from "./bot.ts";
import { keysOf, newGroup, newUser, privateChat, upgrade } from "./phone.ts";
import { TelegramServer } from "./server.ts";

/** The stand-in is only worth something if clients written against the real Bot API get along with it. */
let server: TelegramServer;
beforeAll(async () => {
  server = await TelegramServer.start();
});
afterAll(() => server.close());

const apiOf = (bot: BotAccount): Api => new Api(bot.token, { apiRoot: server.apiUrl });

describe("grammY's client", () => {
  it("knows the bot, sets its webhook and sees it set", async () => {
    const bot = server.newBot("prueba_bot");
    const api = apiOf(bot);
    expect(await api.getMe()).toMatchObject({ id: bot.me.id, username: "prueba_bot" });
    await api.setWebhook("https://charla.example/hook", { secret_token: "una_palabra-secreta", max_connections: 3 });
    expect(await api.getWebhookInfo()).toMatchObject({ url: "https://charla.example/hook", max_connections: 3 });
    await api.deleteWebhook();
    expect((await api.getWebhookInfo()).url).toBe("");
  });

  it("sends text, keys and chat actions", async () => {
    const phone = privateChat(server, server.newBot("prueba_bot"), newUser("Ada"));
    const keyboard = { inline_keyboard: [[{ text: "Sí", callback_data: "si" }]] };
    const sent = await apiOf(phone.bot).sendMessage(phone.user.id, "<b>¿Seguro?</b>", {
      parse_mode: "HTML",
      reply_markup: keyboard,
    });
    expect(sent).toMatchObject({ text: "¿Seguro?", entities: [{ type: "bold", offset: 0, length: 8 }] });
    expect(keysOf(sent)).toHaveLength(1);
    await apiOf(phone.bot).sendChatAction(phone.user.id, "typing");
    expect(phone.room.actions).toEqual(["typing"]);
  });

  it("gets the vendor's errors with what is to be read off them", async () => {
    const bot = server.newBot("prueba_bot");
    const phone = privateChat(server, bot, newUser("Ada"));
    const api = apiOf(bot);
    const refusal = async (act: Promise<unknown>): Promise<GrammyError> => {
      const error: unknown = await act.then(
        () => null,
        (thrown: unknown) => thrown,
      );
      if (!(error instanceof GrammyError)) throw new Error(`no refusal: ${String(error)}`);
      return error;
    };
    const to = phone.user.id;
    const broken = await refusal(api.sendMessage(to, "<b>a", { parse_mode: "HTML" }));
    expect([broken.error_code, broken.description]).toEqual([400, expect.stringContaining("can't parse entities")]);
    expect((await refusal(api.sendMessage(to, "x".repeat(4097)))).description).toContain("message is too long");
    expect((await refusal(api.sendMessage(1, "hola"))).description).toContain("chat not found");
    const keys = { inline_keyboard: [[{ text: "x", callback_data: "ñ".repeat(33) }]] };
    expect((await refusal(api.sendMessage(to, "a", { reply_markup: keys }))).description).toContain(
      "BUTTON_DATA_INVALID",
    );
    phone.room.barred = "bot was blocked by the user";
    expect((await refusal(api.sendMessage(to, "hola"))).error_code).toBe(403);
    const small = newGroup(server, bot, "Equipo", -77);
    const next = await upgrade(server, bot, small, phone.user);
    expect((await refusal(api.sendMessage(-77, "hola"))).parameters.migrate_to_chat_id).toBe(next.chat.id);
  });

  it("is told to wait when it writes too fast", async () => {
    const phone = privateChat(server, server.newBot("prueba_bot"), newUser("Ada"));
    const api = apiOf(phone.bot);
    const results = await Promise.allSettled(Array.from({ length: 10 }, () => api.sendMessage(phone.user.id, "hola")));
    const refused = results.flatMap((result) => (result.status === "rejected" ? [result.reason] : []));
    expect(refused.length).toBeGreaterThan(0);
    for (const error of refused) expect(error).toMatchObject({ error_code: 429, parameters: { retry_after: 1 } });
    expect(phone.received()).toHaveLength(10 - refused.length);
  });

  it("finds and downloads a file", async () => {
    const bot = server.newBot("prueba_bot");
    const { id } = bot.keep(Buffer.from("hola"), "documents", "txt");
    const file = await apiOf(bot).getFile(id);
    const response = await fetch(`${server.apiUrl}/file/bot${bot.token}/${file.file_path}`);
    expect(await response.text()).toBe("hola");
  });
});

describe("grammY's bot", () => {
  it("understands what the phone does and answers through the webhook", async () => {
    const account = server.newBot("prueba_bot");
    const seen: string[] = [];
    const bot = new Bot(account.token, {
      botInfo: account.me,
      client: { apiRoot: server.apiUrl, canUseWebhookReply: (method) => method === "answerCallbackQuery" },
    });
    bot.command("start", (ctx) =>
      ctx.reply(`hola ${ctx.match}`, { reply_markup: { inline_keyboard: [[{ text: "Sí", callback_data: "si" }]] } }),
    );
    bot.callbackQuery("si", async (ctx) => {
      seen.push("tap");
      await ctx.answerCallbackQuery();
    });
    bot.on("message:voice", (ctx) => void seen.push(`voice ${ctx.msg.voice.mime_type}`));
    bot.on(
      "message:photo",
      (ctx) => void seen.push(`photo ${ctx.msg.photo.length} ${ctx.msg.media_group_id !== undefined}`),
    );
    bot.on("edited_message:text", (ctx) => void seen.push(`edit ${ctx.editedMessage.text}`));
    bot.on("message_reaction", (ctx) => void seen.push(`reaction ${ctx.reactions().emojiAdded.join()}`));
    bot.on("my_chat_member", (ctx) => void seen.push(ctx.myChatMember.new_chat_member.status));

    const handle = webhookCallback(bot, "http", { secretToken: "una_palabra-secreta" });
    const receiver = createServer((request, response) => void handle(request, response));
    receiver.listen(0, "127.0.0.1");
    await once(receiver, "listening");
    const address = receiver.address();
    const url = `http://127.0.0.1:${typeof address === "object" ? address?.port : 0}/`;
    const allowed_updates = [
      "message",
      "edited_message",
      "callback_query",
      "message_reaction",
      "my_chat_member",
    ] as const;
    await bot.api.setWebhook(url, { secret_token: "una_palabra-secreta", allowed_updates });

    const phone = privateChat(server, account, newUser("Ada"));
    const started = await phone.say("/start ref_42");
    const [reply] = phone.received();
    expect(reply?.text).toBe("hola ref_42");
    if (reply === undefined) throw new Error("no reply");
    const query = await phone.tap(reply, "Sí");
    expect(account.answeredQueries.has(query)).toBe(true);
    await phone.sendVoice(Buffer.from("ogg"));
    await phone.sendAlbum([{ bytes: Buffer.from("a") }, { bytes: Buffer.from("b") }]);
    await phone.edit(started, "adiós");
    await phone.react(reply, "👍");
    await phone.block();
    expect(seen).toEqual([
      "tap",
      "voice audio/ogg",
      "photo 2 true",
      "photo 2 true",
      "edit adiós",
      "reaction 👍",
      "kicked",
    ]);
    receiver.closeAllConnections();
    receiver.close();
  });
});
