import { randomBytes } from "node:crypto";

import { afterAll, beforeAll, expect, test } from "vitest";

import { listAt } from "@charla/testkit/charla/api";
import { type Script, say } from "@charla/testkit/model/behaviour";
import { until, untilQuiet } from "@charla/testkit/poll";
import type { Accepted, TwilioAccountBook } from "@charla/testkit/vendors/twilio/account";
import { TwilioPhone } from "@charla/testkit/vendors/twilio/phone";
import { TwilioServer } from "@charla/testkit/vendors/twilio/server";

import { System } from "../system.ts";
import { furnishShop } from "./lines/furnish.ts";

const SMS = "+34911000000";
const WHATSAPP = "whatsapp:+34911000001";
const PUBLIC = "http://localhost:8787";

type Row = Record<string, unknown>;
let serial = 0;
let system: System;
let vendor: TwilioServer;
beforeAll(async () => {
  system = await System.start();
  vendor = await TwilioServer.start();
  vendor.through = system.charla.url;
});
afterAll(async () => {
  expect([...system.problems(), ...vendor.problems]).toEqual([]);
  await vendor.close();
  await system.stop();
});

type Shop = { book: TwilioAccountBook; model: string; channelId: string; phone: (to: string) => TwilioPhone };

/** A shop with an agent of its own, reached by SMS and by WhatsApp. */
async function shop(script: Script): Promise<Shop> {
  const token = randomBytes(16).toString("hex");
  const book = vendor.openAccount(token);
  book.addNumber(SMS);
  book.whatsAppSenders.add(WHATSAPP);
  const config = {
    accountSid: book.sid,
    phoneNumber: SMS,
    whatsappNumber: WHATSAPP.slice("whatsapp:".length),
    apiUrl: vendor.url,
  };
  const wish = { kind: "twilio", config, secrets: { authTokens: [token] } };
  const { channelId, webhookUrl, model } = await furnishShop(system, script, wish, PUBLIC);
  const phone = (to: string): TwilioPhone => {
    const number = `+346${String(++serial).padStart(8, "0")}`;
    const address = to.startsWith("whatsapp:") ? `whatsapp:${number}` : number;
    return new TwilioPhone(vendor, book, webhookUrl, { address, name: "Lucía", to });
  };
  return { book, model, channelId, phone };
}

const shown = (phone: TwilioPhone): Accepted[] => vendor.shown(phone.person.address);
const answers = (phone: TwilioPhone, count: number): Promise<Accepted[]> =>
  until(`${count} answers on ${phone.person.address}`, () => shown(phone).length >= count && shown(phone));

async function rowsOf({ channelId }: Shop, phone: TwilioPhone): Promise<Row[]> {
  const { api } = system.tenant;
  const conversation = await until("the conversation is listed", async () => {
    const page = await api.get(`/v1/conversations?channelId=${channelId}&limit=100`);
    return (listAt(page, "data") as Row[]).find((row) => row["thread"] === phone.person.address);
  });
  return listAt(await api.get(`/v1/conversations/${String(conversation["id"])}/messages`), "data") as Row[];
}

test("a WhatsApp message is answered in WhatsApp's dialect, once, and its ticks arrive", async () => {
  const tienda = await shop(() => say("**Abrimos** de lunes a viernes 🌷"));
  const phone = tienda.phone(WHATSAPP);
  const sent = await phone.write("¿Qué días abrís?");
  expect(sent.answered).toMatchObject({ status: 200, body: expect.stringContaining("<Response/>") });
  const [answer] = await answers(phone, 1);
  expect(answer).toMatchObject({ from: WHATSAPP, text: "*Abrimos* de lunes a viernes 🌷", repeat: 0 });
  if (answer === undefined) throw new Error("no answer");
  await vendor.report(answer, ["read", "sent", "delivered"]);
  await until("the console shows it as read", async () =>
    (await rowsOf(tienda, phone)).some((row) => row["state"] === "read"),
  );

  expect((await phone.again(sent)).status).toBe(200);
  expect((await phone.again(sent, { token: "f".repeat(32) })).status).toBe(401);
  await untilQuiet("the phone", () => shown(phone).length, 1_000);
  expect(shown(phone)).toHaveLength(1);
});

test("a text message is answered as plain text from the number", async () => {
  const { phone: newPhone } = await shop(() => say("**Sí**, «abrimos» a las 9"));
  const phone = newPhone(SMS);
  await phone.write("¿Abrís mañana?");
  expect((await answers(phone, 1))[0]).toMatchObject({ from: SMS, text: expect.not.stringContaining("*") });
});

test("a tapped button is at once a turn", async () => {
  const { phone: newPhone } = await shop((call) => say(`${call.messages.at(-1)?.text} ✓`));
  const phone = newPhone(WHATSAPP);
  await phone.write("¿Tenéis ramos?");
  const [first] = await answers(phone, 1);
  await phone.tap({ id: "roses", title: "Rosas" }, first?.sid ?? "");
  expect((await answers(phone, 2)).at(-1)?.text).toContain("Rosas");
});

test("a picture without a word arrives with its file, which the vendor's rules open", async () => {
  const tienda = await shop(() => say("Recibida"));
  const phone = tienda.phone(WHATSAPP);
  await phone.file("image", "image/png", "PNG");
  const rows = await until("the picture is in the conversation", async () => {
    const found = await rowsOf(tienda, phone);
    return JSON.stringify(found).includes("/Media/ME") && found;
  });
  expect(JSON.stringify(rows)).toContain("image/png");
});

test("a message that Twilio took and then could not deliver is shown as failed, with the reason", async () => {
  const tienda = await shop(() => say("Su pedido salió"));
  const phone = tienda.phone(WHATSAPP);
  vendor.receive(({ to }) => (to === phone.person.address ? { statuses: [] } : {}));
  await phone.write("¿Y mi pedido?");
  const [answer] = await answers(phone, 1);
  if (answer === undefined) throw new Error("no answer");
  await vendor.report(answer, ["sent", "undelivered"], 63016);
  const failed = await until("the console shows it as failed", async () =>
    (await rowsOf(tienda, phone)).find((row) => row["state"] === "failed"),
  );
  expect(JSON.stringify(failed)).toContain("63016");
});
