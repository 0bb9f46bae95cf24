import { afterAll, beforeAll, expect, test } from "vitest";

import { say } from "@charla/testkit/model/behaviour";
import { until } from "@charla/testkit/poll";
import { MetaStandIn, type Reception } from "@charla/testkit/vendors/meta/server";
import { metaJson, post } from "@charla/testkit/vendors/meta/webhooks";

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

test("a question is answered once in plain words, and its echo takes nothing over", async () => {
  const shop = await MetaShop.open(system, meta, "page", () => say("**Abrimos** de lunes a viernes 🌷"));
  const phone = shop.phone();
  await phone.text("¿Qué días abrís?");
  const [answer] = await shop.answers(phone, 1);
  if (answer === undefined) throw new Error("no answer");
  expect(answer).toMatchObject({ text: "Abrimos de lunes a viernes 🌷", payload: { messaging_type: "RESPONSE" } });

  expect((await phone.again()).status).toBe(200);
  await phone.echo(answer);
  await phone.delivered(answer);
  await shop.shows(phone, '"delivered"');
  await shop.quiet(phone);
  expect(phone.received()).toHaveLength(1);

  await phone.text("¿Y el sábado?");
  const [, second] = await shop.answers(phone, 2);
  if (second === undefined) throw new Error("no second answer");
  // Messenger names no message, only the moment up to which everything has been read.
  await shop.allAre(phone, /^(sent|delivered)$/);
  await phone.reads(second);
  await shop.allAre(phone, /^read$/);
});

test("a forged signature is turned away", async () => {
  const shop = await MetaShop.open(system, meta, "page", () => say("hola"));
  const body = metaJson({ object: "page", entry: [] });
  expect((await post(shop.webhookUrl, "not_the_secret_0123456789", body)).status).toBe(401);
});

test("a burst is one turn, a tapped button is at once one, a picture arrives with its address", async () => {
  const shop = await MetaShop.open(system, meta, "page", (call) => say(`${call.messages.at(-1)?.text} ✓`));
  const phone = shop.phone();
  await phone.text("hola");
  await phone.text("quería");
  await phone.text("un ramo, ¿tenéis?");
  await shop.answers(phone, 1);
  const asked = system.model.callsOf(shop.model).at(-1);
  const words = asked?.messages.filter(({ role }) => role === "user").map(({ text }) => text);
  expect(words?.join(" ")).toMatch(/hola[^]*quería[^]*un ramo/);
  await phone.postback("Rosas", "roses");
  expect((await shop.answers(phone, 2)).at(-1)?.text).toContain("Rosas");
  await phone.file("image", "https://scontent.xx.fbcdn.net/rosa.jpg");
  await shop.shows(phone, "rosa.jpg");
});

test("whoever answers from the inbox has the conversation from then on", async () => {
  const shop = await MetaShop.open(system, meta, "page", () => say("aquí el agente", { delayMs: 700 }));
  const phone = shop.phone();
  await phone.text("¿Hay alguien?");
  await until("the model thinks", () => system.model.callsOf(shop.model).length === 1);
  await phone.ownerAnswers("Yo me encargo");
  await phone.text("Gracias, ¿y el sábado?");
  await shop.quiet(phone);
  expect(phone.received()).toEqual([]);
});

test("after STOP nothing leaves, after ALTA the agent answers again", async () => {
  const shop = await MetaShop.open(system, meta, "page", () => say("A sus órdenes"));
  const phone = shop.phone();
  await phone.text("¿Hola?");
  await shop.answers(phone, 1);
  await phone.text("STOP");
  await phone.text("¿Sigue ahí?");
  await shop.quiet(phone);
  expect(phone.received()).toHaveLength(1);
  await phone.text("ALTA");
  await shop.answers(phone, 2);
});

test("throttling is waited out; a send whose answer was lost is settled by its echo and not repeated", async () => {
  const shop = await MetaShop.open(system, meta, "page", (call) => say(`re: ${call.messages.at(-1)?.text}`));
  const phone = shop.phone();
  const steps: Reception[] = [
    { error: { status: 400, code: 613, headers: { "retry-after": "1" } } },
    { how: "answer" },
    { how: "cut" },
  ];
  meta.reception = ({ account }): Reception => (account === shop.page.id ? (steps.shift() ?? {}) : {});
  await phone.text("¿Me oyes?");
  await shop.answers(phone, 1);
  await phone.text("¿Y ahora?");
  const lost = (await shop.answers(phone, 2)).at(-1);
  if (lost === undefined) throw new Error("no answer");
  await phone.echo(lost);
  await shop.allAre(phone, /^sent$/);
  await shop.quiet(phone);
  expect(phone.received()).toHaveLength(2);
});

test("a closed window is a dead letter that says so", async () => {
  const shop = await MetaShop.open(system, meta, "page", () => say("hola"));
  const phone = shop.phone();
  const error = { status: 400, code: 10, subcode: 2018278, message: "(#10) sent outside of allowed window" };
  meta.reception = ({ account }): Reception => (account === shop.page.id ? { error } : {});
  await phone.text("¿Hola?");
  await shop.shows(phone, '"window"');
  expect(phone.received()).toEqual([]);
});
