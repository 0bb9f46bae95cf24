import { randomBytes } from "node:crypto";

import { afterAll, afterEach, beforeAll, expect, test } from "vitest";

import { listAt } from "@charla/testkit/charla/api";
import { type Script, say } from "@charla/testkit/model/behaviour";
import { until, untilQuiet } from "@charla/testkit/poll";
import type { BotAccount } from "@charla/testkit/vendors/telegram/bot";
import { type ChatOnPhone, newGroup, newUser, privateChat, upgrade } from "@charla/testkit/vendors/telegram/phone";
import { TelegramServer } from "@charla/testkit/vendors/telegram/server";

import { System } from "../system.ts";
import { furnishShop } from "./lines/furnish.ts";

type Row = Record<string, unknown>;
type Shop = { bot: BotAccount; model: string; channelId: string; webhookUrl: string; secret: string };

let serial = 0;
let system: System;
let vendor: TelegramServer;
beforeAll(async () => {
  system = await System.start();
  vendor = await TelegramServer.start();
});
afterEach(() => {
  vendor.reception = () => ({});
});
afterAll(async () => {
  expect([...system.problems(), ...vendor.problems]).toEqual([]);
  await vendor.close();
  await system.stop();
});

/** A shop with an agent and a bot of its own, whose webhook is set as the vendor's API does it. */
async function shop(script: Script, burst: Record<string, number> = {}): Promise<Shop> {
  const bot = vendor.newBot(`tienda${++serial}_bot`);
  const secret = randomBytes(16).toString("hex");
  const wish = {
    kind: "telegram",
    agent: { burst },
    config: { apiUrl: vendor.apiUrl, botUsername: bot.me.username },
    secrets: { botToken: bot.token, secretTokens: [secret] },
  };
  const { channelId, webhookUrl, model } = await furnishShop(system, script, wish);
  bot.webhook = {
    url: webhookUrl,
    secret,
    connections: 40,
    allowed: ["message", "edited_message", "callback_query", "my_chat_member", "business_message", "message_reaction"],
  };
  return { bot, model, channelId, webhookUrl, secret };
}

const answers = (phone: ChatOnPhone, count: number): Promise<ReturnType<ChatOnPhone["received"]>> =>
  until(`${count} answers in ${phone.chat.id}`, () => phone.received().length >= count && phone.received());

const quiet = (phone: ChatOnPhone): Promise<void> =>
  untilQuiet(`chat ${phone.chat.id}`, () => phone.received().length, 1_000);

const asked = (model: string): string[] =>
  system.model
    .callsOf(model)
    .at(-1)
    ?.messages.filter(({ role }) => role === "user")
    .map(({ text }) => text) ?? [];

async function rowsOf(channelId: string, thread: string): Promise<Row[]> {
  const { api } = system.tenant;
  const conversation = await until(`the conversation of ${thread} is listed`, async () => {
    const page = await api.get(`/v1/conversations?channelId=${channelId}&limit=100`);
    return (listAt(page, "data") as Row[]).find((row) => row["thread"] === thread);
  });
  return listAt(await api.get(`/v1/conversations/${String(conversation["id"])}/messages`), "data") as Row[];
}

test("whoever opens the bot by a link is answered in Telegram's dialect, once", async () => {
  const tienda = await shop(() => say("¡Hola! **Abrimos** de 9 a 14 < 15 h 🌷"));
  const phone = privateChat(vendor, tienda.bot, newUser("Lucía"));
  await phone.say("/start escaparate");
  const [answer] = await answers(phone, 1);
  expect(answer?.text).toBe("¡Hola! Abrimos de 9 a 14 < 15 h 🌷");
  expect(answer?.entities).toMatchObject([{ type: "bold", offset: 7, length: 7 }]);

  expect(await phone.redeliver()).toBe(200);
  const forged = await fetch(tienda.webhookUrl, {
    method: "POST",
    headers: { "content-type": "application/json", "x-telegram-bot-api-secret-token": `${tienda.secret}x` },
    body: JSON.stringify({ ...phone.last, update_id: 1 }),
  });
  expect(forged.status).toBe(401);
  await quiet(phone);
  expect(phone.received()).toHaveLength(1);
});

test("a tapped button is at once a turn, and its key stops turning", async () => {
  const tienda = await shop((call) => say(`re: ${call.messages.at(-1)?.text}`));
  const phone = privateChat(vendor, tienda.bot, newUser("Lucía"));
  await phone.say("¿Tenéis ramos?");
  const [first] = await answers(phone, 1);
  if (first === undefined) throw new Error("no answer");
  const query = await phone.tap(first, { text: "Rosas", callback_data: "ramo:rosas" });
  await until("the tap is answered", () => phone.received().some(({ text }) => text?.includes("Rosas")));
  expect(tienda.bot.answeredQueries.has(query)).toBe(true);
});

test("an album is one turn, and every picture arrives with what its file is found by", async () => {
  const tienda = await shop(() => say("¡Qué bonitas!"), { mediaMs: 6_000 });
  const phone = privateChat(vendor, tienda.bot, newUser("Lucía"));
  const album = await phone.sendAlbum(["a", "b", "c"].map((name) => ({ bytes: Buffer.from(name), caption: name })));
  await answers(phone, 1);
  await quiet(phone);
  expect(phone.received()).toHaveLength(1);
  const rows = JSON.stringify(await rowsOf(tienda.channelId, String(phone.chat.id)));
  for (const picture of album) expect(rows).toContain(picture.photo?.at(-1)?.file_id);
});

test("an edit changes what the agent reads, and what it cannot read is said politely", async () => {
  const tienda = await shop((call) => say(`re: ${call.messages.at(-1)?.text}`), { fragmentMs: 4_000 });
  const phone = privateChat(vendor, tienda.bot, newUser("Lucía"));
  const message = await phone.say("quiero una mesa");
  await phone.edit(message, "quiero dos mesas");
  await answers(phone, 1);
  expect(asked(tienda.model).join(" ")).toContain("dos mesas");
  await phone.sendOther({ dice: { emoji: "🎲", value: 3 } });
  await answers(phone, 2);
});

test("in a group only what is said to the bot is answered, to whom it is for, and on through an upgrade", async () => {
  const tienda = await shop((call) => say(`re: ${call.messages.at(-1)?.text}`));
  const group = newGroup(vendor, tienda.bot, "Equipo", -400_000 - ++serial);
  const ada = group.as(newUser("Ada"));
  await ada.say("¿comemos?");
  const question = await ada.say(`@${tienda.bot.me.username} ¿abrís mañana?`);
  const [answer] = await answers(ada, 1);
  expect(answer).toMatchObject({ reply_to_message: { message_id: question.message_id } });
  expect(asked(tienda.model).join(" ")).not.toContain("comemos");

  const next = (await upgrade(vendor, tienda.bot, group, ada.user)).as(ada.user);
  await next.say(`@${tienda.bot.me.username} ¿y el sábado?`);
  expect((await answers(next, 1))[0]?.text).toContain("sábado");
});

test("to whoever blocked the bot nothing is sent, and after unblocking the agent answers again", async () => {
  const tienda = await shop(() => say("A sus órdenes"));
  const phone = privateChat(vendor, tienda.bot, newUser("Lucía"));
  await phone.say("¿Hola?");
  await answers(phone, 1);
  await phone.block();
  const before = vendor.callsOf(tienda.bot, "sendMessage").length;
  await phone.redeliver();
  await quiet(phone);
  expect(vendor.callsOf(tienda.bot, "sendMessage")).toHaveLength(before);
  await phone.unblock();
  await phone.say("¿Sigue ahí?");
  await answers(phone, 2);
});
