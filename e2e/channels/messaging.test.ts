import { afterAll, beforeAll, describe, expect, test } from "vitest";

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

describe("Messenger", () => {
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

  test("a tapped button is at once a turn, a picture arrives with its address", async () => {
    const shop = await MetaShop.open(system, meta, "page", (call) => say(`${call.messages.at(-1)?.text} ✓`));
    const phone = shop.phone();
    await phone.postback("Rosas", "roses");
    expect((await shop.answers(phone, 1)).at(-1)?.text).toContain("Rosas");
    await phone.file("image", "https://scontent.xx.fbcdn.net/rosa.jpg");
    await shop.shows(phone, "rosa.jpg");
  });
});

describe("Instagram", () => {
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
});
