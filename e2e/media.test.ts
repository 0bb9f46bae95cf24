import { readFileSync } from "node:fs";

import { afterAll, beforeAll, describe, expect, test } from "vitest";

import { listAt, textAt } from "@charla/testkit/charla/api";
import { furnishAgent, furnishChannel } from "@charla/testkit/charla/furnish";
import { say } from "@charla/testkit/model/behaviour";
import { until } from "@charla/testkit/poll";
import { PostmarkServer } from "@charla/testkit/vendors/mail/postmark/server";
import { MetaStandIn } from "@charla/testkit/vendors/meta/server";
import { WhatsAppPhone } from "@charla/testkit/vendors/meta/whatsapp-phone";
import type { Sent } from "@charla/testkit/vendors/meta/world";
import { SlackServer } from "@charla/testkit/vendors/slack/server";
import { TelegramServer } from "@charla/testkit/vendors/telegram/server";
import { TwilioServer } from "@charla/testkit/vendors/twilio/server";

import { PublicDoor } from "./channels/public-door.ts";
import { bySms, type Customer, customers, type Vendors } from "./media/customers.ts";
import { System } from "./system.ts";

const APP_ID = "900";
const SECRET = "app_secret_0123456789abcdef";
const TOKEN = "EAAG-token-of-the-shop";

type Shop = { phone: WhatsAppPhone; channelId: string; asked: () => string };

let serial = 0;
let door: PublicDoor;
let system: System;
let meta: MetaStandIn;
let vendors: Vendors;
beforeAll(async () => {
  door = await PublicDoor.open();
  system = await System.start(door.sources());
  door.leadsTo = system.charla.url;
  system.publicUrl = door.url;
  meta = await MetaStandIn.start();
  meta.addApp(APP_ID, SECRET);
  const [telegram, slack] = await Promise.all([TelegramServer.start(), SlackServer.start()]);
  const [twilio, postmark] = await Promise.all([TwilioServer.start(), PostmarkServer.start()]);
  twilio.through = system.charla.url;
  vendors = { meta, telegram, slack, twilio, postmark };
});
afterAll(async () => {
  const outside = Object.values(vendors);
  expect([...system.problems(), ...outside.flatMap(({ problems }) => problems)]).toEqual([]);
  await Promise.all(outside.map((vendor) => vendor.close()));
  await system.stop();
  await door.close();
});

/** A shop and its one customer. Files are read by the platform's own models, answers are scripted. */
async function shop(): Promise<Shop> {
  const model = `media-${++serial}`;
  system.model.script(model, () => say("Recibido, gracias."));
  const agentId = await furnishAgent(system.tenant, { model: system.modelRef(model), language: "es" });
  const number = meta.addNumber({ id: `10654035300${serial}`, wabaId: `1033${serial}`, appId: APP_ID, token: TOKEN });
  const channel = await furnishChannel(system.tenant, system.charla.url, {
    kind: "whatsapp",
    agentId,
    config: { phoneNumberId: number.id, wabaId: number.wabaId, appId: APP_ID, apiUrl: meta.url },
    secrets: { accessToken: TOKEN, appSecrets: [SECRET] },
  });
  number.callback = channel.webhookUrl;
  const digits = String(serial).padStart(8, "0");
  const phone = new WhatsAppPhone(meta, number, { name: "Lucía", phone: `347${digits}`, userId: `ES.9100${digits}` });
  const asked = (): string =>
    (system.model.callsOf(model).at(-1)?.messages ?? [])
      .filter(({ role }) => role === "user")
      .map(({ text }) => text)
      .join("\n");
  return { phone, channelId: channel.channelId, asked };
}

const answers = (phone: WhatsAppPhone, count: number): Promise<Sent[]> =>
  until(`${count} answers`, () => phone.received().length >= count && phone.received());

/** A recording whose words stand in its comment, where the stand-in for speech recognition reads them. */
function recording(words: string): Buffer {
  const comment = Buffer.from(`INFOICMTtranscript:${words}\0`);
  return Buffer.concat([Buffer.from("RIFF\0\0\0\0WAVELIST"), comment, Buffer.alloc(400)]);
}

/** The beginning of a PNG of this size. */
function picture(width: number, height: number): Buffer {
  const sizes = Buffer.alloc(8);
  sizes.writeUInt32BE(width, 0);
  sizes.writeUInt32BE(height, 4);
  return Buffer.concat([Buffer.from("89504e470d0a1a0a0000000d49484452", "hex"), sizes, Buffer.alloc(64)]);
}

const invoice = (): Buffer => readFileSync(new URL("../packages/documents/fixtures/factura.pdf", import.meta.url));

test("the model is asked with the words of a voice note", async () => {
  const { phone, asked } = await shop();
  await phone.voiceNote(recording("Quiero un ramo de rosas para mañana, ¿cuánto cuesta?"));
  const [answer] = await answers(phone, 1);
  expect(answer?.text).toBe("Recibido, gracias.");
  expect(asked()).toContain("«Quiero un ramo de rosas para mañana, ¿cuánto cuesta?»");
});

test("the model is asked with what is seen in a picture, beside its caption", async () => {
  const { phone, asked } = await shop();
  await phone.file("image", picture(640, 480), "image/png", { caption: "¿Tenéis algo así?" });
  await answers(phone, 1);
  expect(asked()).toMatch(/¿Tenéis algo así\?\n\[Image.*PNG.*640 × 480/s);
});

test("the model is asked with the text of a PDF, and the console shows what was read", async () => {
  const { phone, asked, channelId } = await shop();
  await phone.file("document", invoice(), "application/pdf", { filename: "factura.pdf" });
  await answers(phone, 1);
  expect(asked()).toMatch(/\[Document «factura\.pdf».*Factura 2026-118.*pago a 30 dias/s);
  await until("the console shows the words", async () => {
    const page = await system.tenant.api.get(`/v1/conversations?channelId=${channelId}&limit=1`);
    const [conversation] = listAt(page, "data") as { id: string }[];
    if (conversation === undefined) return false;
    const messages = await system.tenant.api.get(`/v1/conversations/${conversation.id}/messages`);
    return JSON.stringify(messages).includes("Factura 2026-118");
  });
});

test("who sends only a file that nobody can read is told so in plain words, without the model", async () => {
  const { phone, asked } = await shop();
  await phone.file("document", Buffer.from("MZ\u0090\0\u0003"), "application/pdf", { filename: "foto.pdf" });
  const [answer] = await answers(phone, 1);
  expect(answer?.text).toContain("no he podido abrirlo");
  expect(asked()).toBe("");
});

describe("files that a person of the business sends", () => {
  const conversationOf = ({ channelId }: Customer): Promise<string> =>
    until("the conversation is listed", async () => {
      const page = await system.tenant.api.get(`/v1/conversations?channelId=${channelId}&limit=1`);
      return listAt(page, "data").length > 0 && textAt(page, "data", 0, "id");
    });

  async function upload(conversationId: string, bytes: Buffer, name: string): Promise<{ id: string }> {
    const response = await fetch(`${system.charla.url}/v1/conversations/${conversationId}/files?name=${name}`, {
      method: "POST",
      headers: { authorization: `Bearer ${system.tenant.key}`, "content-type": "application/octet-stream" },
      body: new Uint8Array(bytes),
    });
    expect(response.status).toBe(201);
    return { id: textAt(await response.json(), "id") };
  }

  /** The person has written and been answered; then somebody of the business sends a picture and an invoice. */
  async function served(customer: Customer): Promise<void> {
    await customer.write("¿Me mandan la factura y una foto del ramo?");
    await until("the agent has answered", () => customer.got().length >= 1);
    const id = await conversationOf(customer);
    const attachments = [await upload(id, picture(640, 480), "ramo.png"), await upload(id, invoice(), "factura.pdf")];
    const text = "Aquí los tiene, un saludo.";
    await system.tenant.api.post(`/v1/conversations/${id}/messages`, { text, attachments });
  }

  test.each(Object.entries(customers))("arrive by %s, byte for byte, with the words", async (_, open) => {
    const customer = await open(system, vendors);
    await served(customer);
    const files = await until("both files are there", () => {
      const all = customer.got().flatMap((one) => one.files);
      return all.length >= 2 && all;
    });
    expect(files.map((bytes) => bytes.toString("hex"))).toEqual(
      [picture(640, 480), invoice()].map((bytes) => bytes.toString("hex")),
    );
    await until("the words are there", () => customer.got().some(({ text }) => text.includes("Aquí los tiene")));
  });

  test("reach Telegram as bytes where it would not fetch them", async () => {
    const customer = await customers.Telegram(system, vendors);
    await customer.write("¿Me mandan el presupuesto?");
    await until("the agent has answered", () => customer.got().length >= 1);
    const id = await conversationOf(customer);
    const bytes = Buffer.from("Presupuesto: 12 rosas, 24 €");
    const attachments = [await upload(id, bytes, "presupuesto.txt")];
    await system.tenant.api.post(`/v1/conversations/${id}/messages`, { text: "Aquí lo tiene.", attachments });
    const got = await until("the file", () => customer.got().find(({ files }) => files.length > 0));
    expect([got.text, got.files.map(String)]).toEqual(["Aquí lo tiene.", [bytes.toString()]]);
  });

  test("are links in a text message, which open for whoever has them", async () => {
    const customer = await bySms(system, vendors);
    await served(customer);
    const links = await until("both links", () => {
      const all = customer.got().flatMap(({ text }) => text.match(/http:\S+\/files\/\S+/g) ?? []);
      return all.length >= 2 && all;
    });
    const opened = await Promise.all(links.map(async (link) => Buffer.from(await (await fetch(link)).arrayBuffer())));
    expect(opened.map((bytes) => bytes.equals(picture(640, 480)) || bytes.equals(invoice()))).toEqual([true, true]);
  });
});
