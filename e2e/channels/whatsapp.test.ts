import { afterAll, beforeAll, expect, test } from "vitest";

import { listAt, textAt } from "@charla/testkit/charla/api";
import { type Script, say } from "@charla/testkit/model/behaviour";
import { until, untilQuiet } from "@charla/testkit/poll";
import { MetaStandIn } from "@charla/testkit/vendors/meta/server";
import { metaJson, post, shakeHands } from "@charla/testkit/vendors/meta/webhooks";
import { WhatsAppPhone } from "@charla/testkit/vendors/meta/whatsapp-phone";
import type { PhoneNumber, Sent } from "@charla/testkit/vendors/meta/world";

import { System } from "../system.ts";
import { furnishShop } from "./lines/furnish.ts";

const APP_ID = "900";
const APP_SECRET = "app_secret_0123456789abcdef";
const TOKEN = "EAAG-token-of-the-shop";

type Row = Record<string, unknown>;
type Shop = { number: PhoneNumber; channelId: string; webhookUrl: string; created: unknown; model: string };

let serial = 0;
let system: System;
let meta: MetaStandIn;
beforeAll(async () => {
  system = await System.start();
  meta = await MetaStandIn.start();
  meta.addApp(APP_ID, APP_SECRET);
});
afterAll(async () => {
  expect([...system.problems(), ...meta.problems]).toEqual([]);
  await meta.close();
  await system.stop();
});

/** A shop with a number and an agent of its own; Meta tells it of messages by the number's own address. */
async function shop(script: Script): Promise<Shop> {
  serial++;
  const number = meta.addNumber({ id: `10654035224${serial}`, wabaId: `1022${serial}`, appId: APP_ID, token: TOKEN });
  const config = { phoneNumberId: number.id, wabaId: number.wabaId, appId: APP_ID, apiUrl: meta.url };
  const secrets = { accessToken: TOKEN, appSecrets: [APP_SECRET] };
  const channel = await furnishShop(system, script, { kind: "whatsapp", config, secrets });
  number.callback = channel.webhookUrl;
  return { number, ...channel };
}

function phoneOf({ number }: Shop): WhatsAppPhone {
  const digits = String(++serial).padStart(8, "0");
  return new WhatsAppPhone(meta, number, { name: "Lucía", phone: `346${digits}`, userId: `ES.9000${digits}` });
}

const answers = (phone: WhatsAppPhone, count: number): Promise<Sent[]> =>
  until(`${count} answers on ${phone.address}`, () => phone.received().length >= count && phone.received());

const quiet = (phone: WhatsAppPhone): Promise<void> =>
  untilQuiet(`the phone ${phone.address}`, () => phone.received().length, 1_000);

const conversationOf = ({ channelId }: Shop, thread: string): Promise<Row> =>
  until("the conversation is listed", async () => {
    const page = await system.tenant.api.get(`/v1/conversations?channelId=${channelId}&limit=100`);
    return (listAt(page, "data") as Row[]).find((row) => row["thread"] === thread);
  });

const messagesOf = async (conversationId: string): Promise<Row[]> =>
  listAt(await system.tenant.api.get(`/v1/conversations/${conversationId}/messages`), "data") as Row[];

const rowsOf = async (tienda: Shop, phone: WhatsAppPhone): Promise<Row[]> =>
  messagesOf(String((await conversationOf(tienda, phone.address))["id"]));

const shows = (tienda: Shop, phone: WhatsAppPhone, what: string): Promise<unknown> =>
  until(`the console shows ${what}`, async () => JSON.stringify(await rowsOf(tienda, phone)).includes(what));

test("the address shakes hands with the word that was made for it, and with no other", async () => {
  const tienda = await shop(() => say("hola"));
  const word = textAt(tienda.created, "secrets", "verifyTokens", 0);
  expect(await shakeHands(tienda.webhookUrl, word)).toBe(true);
  expect(await shakeHands(tienda.webhookUrl, `${word}x`)).toBe(false);
});

test("a question in Spanish is answered once, in WhatsApp's dialect, and its ticks arrive", async () => {
  const tienda = await shop(() => say("**Abrimos** de lunes a viernes: [horario](https://tienda.example/h)"));
  const phone = phoneOf(tienda);
  await phone.text("¿Qué días abrís? 🌷");
  const [answer] = await answers(phone, 1);
  if (answer === undefined) throw new Error("no answer");
  expect(answer.text).toContain("*Abrimos* de lunes a viernes");
  expect(answer.payload).toMatchObject({ recipient: phone.address, type: "text" });
  expect(answer.tracer).toMatch(new RegExp(`^msg_\\w+ ${phone.address}$`));

  expect((await phone.again()).status).toBe(200);
  await phone.status(answer, "read");
  await phone.status(answer, "sent");
  await shows(tienda, phone, '"read"');
  await quiet(phone);
  expect(phone.received()).toHaveLength(1);
  expect(JSON.stringify(await rowsOf(tienda, phone))).toContain('"read"');
});

test("a forged signature is turned away, and what is about another number is not ours to answer", async () => {
  const tienda = await shop(() => say("hola"));
  const phone = phoneOf(tienda);
  const message = { from: phone.identity.phone, id: "wamid.FORGED", timestamp: "1795000000", type: "text" };
  const forged = metaJson(phone.webhook("messages", { messages: [{ ...message, text: { body: "¿?" } }] }));
  expect((await post(tienda.webhookUrl, "not_the_secret_0123456789", forged)).status).toBe(401);

  const other = await shop(() => say("soy otro"));
  const stranger = phoneOf(other);
  other.number.callback = tienda.webhookUrl;
  await stranger.text("¿Quién es?");
  await quiet(stranger);
  expect([...stranger.received(), ...phone.received()]).toEqual([]);
  const page = await system.tenant.api.get(`/v1/conversations?channelId=${tienda.channelId}&limit=100`);
  expect(listAt(page, "data")).toEqual([]);
});

test("a tapped option is at once a turn", async () => {
  const tienda = await shop((call) => say(`${call.messages.at(-1)?.text} ✓`));
  const phone = phoneOf(tienda);
  await phone.message("interactive", { type: "button_reply", button_reply: { id: "roses", title: "Rosas" } });
  expect((await answers(phone, 1)).at(-1)?.text).toContain("Rosas");
});

test("a voice note, a picture and a PDF arrive with what their bytes are fetched by", async () => {
  const tienda = await shop(() => say("Recibido"));
  const phone = phoneOf(tienda);
  await phone.voiceNote(Buffer.from("OggS"));
  await phone.file("image", Buffer.from("\u0089PNG"), "image/png", { caption: "esta" });
  await phone.file("document", Buffer.from("%PDF-1.7"), "application/pdf", { filename: "factura.pdf" });
  for (const what of ['"voice"', "image/png", "factura.pdf", ...meta.world.files.keys()])
    await shows(tienda, phone, what);
});

test("a message that Meta gives up on because the window is closed fails for that reason", async () => {
  const tienda = await shop(() => say("hola"));
  const phone = phoneOf(tienda);
  await phone.text("¿Hola?");
  const [answer] = await answers(phone, 1);
  if (answer === undefined) throw new Error("no answer");
  const details = "Message failed to send because more than 24 hours have passed";
  await phone.status(answer, "failed", { code: 131047, title: "Re-engagement message", error_data: { details } });
  await shows(tienda, phone, "131047");
  expect(JSON.stringify(await rowsOf(tienda, phone))).toContain('"window"');
});

test("who changes number goes on in the same conversation", async () => {
  const tienda = await shop(() => say("hola"));
  const phone = phoneOf(tienda);
  await phone.text("¿Hola?");
  await answers(phone, 1);
  const before = await conversationOf(tienda, phone.address);
  const changedAt = Date.now();
  const { address } = phone;
  const next = `ES.7777${++serial}`;
  await phone.changeNumber({ name: "Lucía", phone: "34699999999", userId: next });
  await until("the change is in the lists", async () => {
    const { lastAt } = await conversationOf(tienda, address);
    return Date.parse(String(lastAt)) >= changedAt;
  });
  await phone.text("Soy yo, con otro número");
  await answers(phone, 1);
  await until("what comes from the new number stands in the same conversation", async () =>
    JSON.stringify(await messagesOf(String(before["id"]))).includes("Soy yo"),
  );
  const { api } = system.tenant;
  const listed = listAt(await api.get(`/v1/conversations?channelId=${tienda.channelId}&limit=100`), "data") as Row[];
  expect(listed.map(({ id }) => id)).toEqual([before["id"]]);
});
