import { afterAll, afterEach, beforeAll, expect, test } from "vitest";

import { at, textAt } from "@charla/testkit/charla/api";
import { furnishAgent, furnishChannel } from "@charla/testkit/charla/furnish";
import { say } from "@charla/testkit/model/behaviour";
import { until } from "@charla/testkit/poll";
import type { BotAccount } from "@charla/testkit/vendors/telegram/bot";
import { type ChatOnPhone, newUser, privateChat } from "@charla/testkit/vendors/telegram/phone";
import { TelegramServer } from "@charla/testkit/vendors/telegram/server";

import { System } from "../system.ts";
import { PublicDoor } from "./public-door.ts";

let serial = 0;
let door: PublicDoor;
let system: System;
let vendor: TelegramServer;
beforeAll(async () => {
  vendor = await TelegramServer.start();
  door = await PublicDoor.open();
  system = await System.start(door.sources());
  door.leadsTo = system.charla.url;
});
afterEach(() => {
  vendor.reception = () => ({});
});
afterAll(async () => {
  expect([...system.problems(), ...vendor.problems]).toEqual([]);
  await vendor.close();
  await system.stop();
  await door.close();
});

type Shop = { path: string; webhookUrl: string; created: unknown };

/** What a shop owner does: nothing but the token is typed in. */
async function shop(botToken: string): Promise<Shop> {
  const model = `connect-${++serial}`;
  system.model.script(model, (call) => say(`re: ${call.messages.at(-1)?.text}`));
  const agentId = await furnishAgent(system.tenant, { model: system.modelRef(model), burst: { fragmentMs: 0 } });
  const config = { apiUrl: vendor.apiUrl };
  const wish = { kind: "telegram", agentId, config, secrets: { botToken } };
  const { channelId, webhookUrl, created } = await furnishChannel(system.tenant, door.url, wish);
  return { path: `/v1/channels/${channelId}`, webhookUrl, created };
}

const post = (path: string): Promise<unknown> => system.tenant.api.post(path);
const states = (report: unknown): unknown => {
  const checks = at(report, "checks");
  return Array.isArray(checks) ? Object.fromEntries(checks.map(({ id, state }) => [id, state])) : checks;
};

/** The vendor delivers until it is heard, as long as it takes that every place knows of a change. */
async function talk(phone: ChatOnPhone, text: string): Promise<void> {
  await phone.say(text);
  await until(`an answer to ${text}`, () => phone.received().some((message) => message.text === `re: ${text}`));
}

const knockAs = async (secret: string, url: string, update: unknown): Promise<number> => {
  const headers = { "content-type": "application/json", "x-telegram-bot-api-secret-token": secret };
  return (await fetch(url, { method: "POST", headers, body: JSON.stringify(update) })).status;
};

const told = (bot: BotAccount): string => {
  const secret = bot.webhook?.secret;
  if (secret === undefined) throw new Error("the vendor knows no secret");
  return secret;
};

test(
  "a bot is connected, talks, gets a new secret, is connected again and disconnected",
  { timeout: 180_000 },
  async () => {
    const bot = vendor.newBot("tienda_conectada_bot");
    const { path, webhookUrl, created } = await shop(bot.token);
    const first = textAt(created, "secrets", "secretTokens", 0);
    expect(created).toMatchObject({ webhookUrl, connection: null, handBackMinutes: 30 });

    const report = await post(`${path}/connect`);
    expect(report).toMatchObject({ connected: true, facts: { username: "@tienda_conectada_bot" } });
    expect(states(report)).toMatchObject({ token: "ok", webhook: "fixed" });
    expect(bot.webhook).toMatchObject({ url: webhookUrl, secret: first });
    const channel = await system.tenant.api.get(path);
    expect(channel).toMatchObject({ connection: report, config: { botUsername: "tienda_conectada_bot" } });
    const phone = privateChat(vendor, bot, newUser("Lucía"));
    await talk(phone, "¿Abrís hoy?");

    const second = textAt(await post(`${path}/rotate-secret`), "secrets", "secretTokens", 0);
    expect(told(bot)).toBe(first);
    await talk(phone, "¿Y mañana?");
    expect(states(await post(`${path}/connect`))).toMatchObject({ webhook: "ok" });
    expect(told(bot)).toBe(second);
    await talk(phone, "¿Y el lunes?");
    // The one before is accepted as long as a delivery made with it may be under way; one that was never given is not.
    expect(await knockAs(first, webhookUrl, phone.last)).toBe(200);
    expect(await knockAs(`${second}x`, webhookUrl, phone.last)).toBe(401);

    expect(await post(`${path}/disconnect`)).toMatchObject({
      connected: false,
      checks: [{ id: "webhook", state: "fixed" }],
    });
    expect(bot.webhook).toBeNull();
    expect(await system.tenant.api.get(path)).toMatchObject({ status: "active", connection: { connected: false } });
    expect(await post(`${path}/disconnect`)).toMatchObject({
      connected: false,
      checks: [{ id: "webhook", state: "ok" }],
    });
  },
);

test("disabling leaves the vendor as it is, and the channel shows that", async () => {
  const bot = vendor.newBot("tienda_callada_bot");
  const { path } = await shop(bot.token);
  await post(`${path}/connect`);
  const disabled = await post(`${path}/disable`);
  expect(disabled).toMatchObject({ status: "disabled", connection: { connected: true } });
  expect(bot.webhook).not.toBeNull();
  expect(await post(`${path}/disconnect`)).toMatchObject({ connected: false });
  expect(bot.webhook).toBeNull();
});

test("a broken token is a plain report in Spanish and English, and the token is nowhere", async () => {
  const token = "123456789:AAHbroken_broken_broken_broken_token";
  const { path } = await shop(token);
  const report = await post(`${path}/connect`);
  expect(report).toMatchObject({
    connected: false,
    checks: [
      {
        id: "token",
        state: "broken",
        title: { es: "El token del bot es válido", en: "The bot's token is valid" },
        help: {
          es: expect.stringContaining("Telegram no reconoce este token"),
          en: expect.stringContaining("Telegram does not know this token"),
        },
      },
    ],
  });
  const channel = await system.tenant.api.get(path);
  expect(channel).toMatchObject({ connection: report });
  expect(JSON.stringify([report, channel])).not.toContain(token);
});

test("a vendor that says the token back, in between or in person, is not quoted", async () => {
  const bot = vendor.newBot("tienda_eco_bot");
  const { path } = await shop(bot.token);
  const [, password = ""] = bot.token.split(":");
  vendor.reception = ({ method }) =>
    method === "setWebhook"
      ? { refuse: { code: 400, description: `Bad Request: /bot${bot.token}/ and ${password}, ${btoa(bot.token)}` } }
      : {};
  const report = await post(`${path}/connect`);
  expect(states(report)).toMatchObject({ token: "ok", webhook: "broken" });
  const shown = JSON.stringify([report, await system.tenant.api.get(path), system.charla.log()]);
  expect(shown).toContain("Bad Request: /bot…/ and …");
  for (const secret of [bot.token, password, btoa(bot.token)]) expect(shown).not.toContain(secret);
});
