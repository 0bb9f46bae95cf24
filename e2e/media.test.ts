import { readFileSync } from "node:fs";

import { afterAll, beforeAll, expect, test } from "vitest";

import { listAt } from "@charla/testkit/charla/api";
import { furnishAgent, furnishChannel } from "@charla/testkit/charla/furnish";
import { say } from "@charla/testkit/model/behaviour";
import { until } from "@charla/testkit/poll";
import { MetaStandIn } from "@charla/testkit/vendors/meta/server";
import { WhatsAppPhone } from "@charla/testkit/vendors/meta/whatsapp-phone";
import type { Sent } from "@charla/testkit/vendors/meta/world";

import { System } from "./system.ts";

const APP_ID = "900";
const SECRET = "app_secret_0123456789abcdef";
const TOKEN = "EAAG-token-of-the-shop";

type Shop = { phone: WhatsAppPhone; channelId: string; asked: () => string };

let serial = 0;
let system: System;
let meta: MetaStandIn;
beforeAll(async () => {
  system = await System.start();
  meta = await MetaStandIn.start();
  meta.addApp(APP_ID, SECRET);
});
afterAll(async () => {
  expect([...system.problems(), ...meta.problems]).toEqual([]);
  await meta.close();
  await system.stop();
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
