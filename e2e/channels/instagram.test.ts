import { afterAll, beforeAll, expect, test } from "vitest";

import { say } from "@charla/testkit/model/behaviour";
import { until } from "@charla/testkit/poll";
import { MetaStandIn } from "@charla/testkit/vendors/meta/server";

import { System } from "../system.ts";
import { MetaShop } from "./meta-shop.ts";

let system: System;
let meta: MetaStandIn;
beforeAll(async () => {
  system = await System.start();
  meta = await MetaStandIn.start();
});
afterAll(async () => {
  expect([...system.problems(), ...meta.problems]).toEqual([]);
  await meta.close();
  await system.stop();
});

test("a long answer is cut where a thousand bytes of Instagram end, and loses nothing", async () => {
  const text = `${"El ramo de peonías añade ñandúes 🌷 y más. ".repeat(40)}Fin.`;
  const shop = await MetaShop.open(system, meta, "instagram", () => say(text));
  const phone = shop.phone();
  await phone.text("¿Hacéis envíos?");
  const sent = await until("the end of the answer", () => {
    const received = phone.received();
    return received.at(-1)?.text.endsWith("Fin.") && received;
  });
  expect(sent.length).toBeGreaterThan(1);
  for (const bubble of sent) expect(Buffer.byteLength(bubble.text)).toBeLessThanOrEqual(1000);
  const words = sent.map((bubble) => bubble.text).join("");
  expect(words.replaceAll(/\s/g, "")).toBe(text.replaceAll(/\s/g, ""));
});

test("a redelivery is not answered again, our echo takes nothing over, and reading is seen", async () => {
  const shop = await MetaShop.open(system, meta, "instagram", () => say("Sí, a toda España"));
  const phone = shop.phone();
  await phone.text("¿Hacéis envíos?");
  const [answer] = await shop.answers(phone, 1);
  if (answer === undefined) throw new Error("no answer");
  expect((await phone.again()).status).toBe(200);
  await phone.echo(answer);
  await phone.reads(answer);
  await shop.shows(phone, '"read"');
  await phone.text("¿Cuánto tarda?");
  await shop.answers(phone, 2);
  await shop.quiet(phone);
  expect(phone.received()).toHaveLength(2);
});

test("a mention in a story is answered, and so is what cannot be read", async () => {
  const shop = await MetaShop.open(system, meta, "instagram", () => say("¡Gracias!"));
  const phone = shop.phone();
  const attachments = [{ type: "story_mention", payload: { url: "https://scontent.cdninstagram.com/historia.jpg" } }];
  await phone.says({ message: { mid: "ig_story_1", attachments } });
  await shop.answers(phone, 1);
  await phone.says({ message: { mid: "ig_unsupported_1", is_unsupported: true } });
  await shop.answers(phone, 2);
});

test("whoever answers from the inbox has the conversation from then on", async () => {
  const shop = await MetaShop.open(system, meta, "instagram", () => say("aquí el agente", { delayMs: 700 }));
  const phone = shop.phone();
  await phone.text("¿Hay alguien?");
  await until("the model thinks", () => system.model.callsOf(shop.model).length === 1);
  await phone.ownerAnswers("Yo me encargo");
  await shop.quiet(phone);
  expect(phone.received()).toEqual([]);
});
