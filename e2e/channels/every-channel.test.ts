import { afterAll, beforeAll, describe, expect, test, vi } from "vitest";

import { listAt } from "@charla/testkit/charla/api";
import { say } from "@charla/testkit/model/behaviour";
import { until, untilQuiet } from "@charla/testkit/poll";

import { System } from "../system.ts";
import { postmarkLine, resendLine } from "./lines/email.ts";
import { httpLine } from "./lines/http.ts";
import type { Line, Person, Shop } from "./lines/line.ts";
import { messagingLine } from "./lines/messaging.ts";
import { slackLine } from "./lines/slack.ts";
import { telegramLine } from "./lines/telegram.ts";
import { twilioLine } from "./lines/twilio.ts";
import { whatsAppLine } from "./lines/whatsapp.ts";

/**
 * What a person may count on wherever they write from. Each case runs on every channel that has what it is about;
 * what is particular to one vendor is in that channel's own file.
 */
const LINES = {
  http: httpLine,
  whatsapp: whatsAppLine,
  messenger: (system: System) => messagingLine(system, "page"),
  instagram: (system: System) => messagingLine(system, "instagram"),
  telegram: telegramLine,
  slack: slackLine,
  "sms by Twilio": (system: System) => twilioLine(system, "sms"),
  "WhatsApp by Twilio": (system: System) => twilioLine(system, "whatsapp"),
  "mail by Resend": resendLine,
  "mail by Postmark": postmarkLine,
} satisfies Record<string, (system: System) => Line | Promise<Line>>;
type Name = keyof typeof LINES;

/** Cases that a channel has nothing for. A name that is missing here must pass. */
const WITHOUT: Record<string, readonly Name[]> = {
  "a batch": ["telegram", "slack", "sms by Twilio", "WhatsApp by Twilio", "mail by Resend", "mail by Postmark"],
  "late order": ["slack", "sms by Twilio", "WhatsApp by Twilio", "mail by Resend", "mail by Postmark"],
  "a puzzle": ["slack", "mail by Resend", "mail by Postmark"],
  "a colleague": ["slack", "sms by Twilio", "WhatsApp by Twilio", "mail by Resend", "mail by Postmark"],
  "a window": ["http", "telegram", "slack", "sms by Twilio", "mail by Resend", "mail by Postmark"],
};

// The cases of a line mostly wait for windows and back-offs, so they wait together.
vi.setConfig({ maxConcurrency: 4 });

let system: System;
const lines = new Map<Name, Line>();
beforeAll(async () => {
  system = await System.start();
  for (const name of Object.keys(LINES) as Name[]) lines.set(name, await LINES[name](system));
});
afterAll(async () => {
  expect([...system.problems(), ...[...lines.values()].flatMap((line) => line.problems())]).toEqual([]);
  await Promise.all([...lines.values()].map((line) => line.close()));
  await system.stop();
});

const answers = (person: Person, count: number): Promise<string[]> =>
  until(`${count} answers`, () => person.received().length >= count && person.received());
const quiet = (person: Person): Promise<void> => untilQuiet("the person", () => person.received().length, 1_000);

/** What the model was last asked, as far as people said it. */
const asked = (shop: Shop): string =>
  (system.model.callsOf(shop.model).at(-1)?.messages ?? [])
    .filter(({ role }) => role === "user")
    .map(({ text }) => text)
    .join(" ");

/** Every message of the shop's conversations, as the console lists them. */
async function listed({ channelId }: Shop): Promise<string> {
  const { api } = system.tenant;
  const all = listAt(await api.get(`/v1/conversations?channelId=${channelId}&limit=100`), "data") as { id: string }[];
  return JSON.stringify(await Promise.all(all.map(({ id }) => api.get(`/v1/conversations/${id}/messages`))));
}

const named = Object.keys(LINES) as Name[];
const on = (name: Name): Line => {
  const line = lines.get(name);
  if (line === undefined) throw new Error(`${name} is not open`);
  return line;
};
const having = (what: keyof typeof WITHOUT): Name[] => named.filter((name) => !WITHOUT[what]?.includes(name));

describe.concurrent("a question", () => {
  test.each(named)("by %s is answered once, though it is delivered again; a forged one is refused", async (name) => {
    const shop = await on(name).open(() => say("Abrimos de 9 a 14"));
    const person = shop.person();
    await person.write("¿A qué hora abrís?");
    const [answer] = await answers(person, 1);
    expect(answer).toContain("Abrimos de 9 a 14");
    expect(await person.again()).toBe(200);
    expect(await shop.forge()).toBe(401);
    await quiet(person);
    expect(person.received()).toHaveLength(1);
    expect(system.model.callsOf(shop.model)).toHaveLength(1);
  });
});

describe.concurrent("a burst", () => {
  test.each(named)("by %s is one turn that has seen all of it", async (name) => {
    const shop = await on(name).open(() => say("Sí, tenemos"));
    const person = shop.person();
    await person.write("hola");
    await person.write("quería");
    await person.write("un ramo, ¿tenéis?");
    await answers(person, 1);
    await quiet(person);
    expect(asked(shop)).toMatch(/hola[^]*quería[^]*un ramo/);
    expect(person.received()).toHaveLength(1);
  });

  test.each(having("late order"))("by %s that arrives in the wrong order is read in the right one", async (name) => {
    const shop = await on(name).open(() => say("Sí, tenemos"));
    const person = shop.person();
    const now = Date.now();
    await person.write("para el sábado", now);
    await person.write("un ramo", now - 5_000);
    await answers(person, 1);
    await until("the model saw both", () => /un ramo[^]*para el sábado/.test(asked(shop)));
  });
});

describe.concurrent("a batch", () => {
  test.each(having("a batch"))("by %s of several people is answered to each", async (name) => {
    const shop = await on(name).open((call) => say(`re: ${call.messages.at(-1)?.text}`));
    const people = [shop.person(), shop.person(), shop.person()];
    await shop.batch?.(people, "¿Tenéis rosas?");
    for (const person of people) expect((await answers(person, 1)).join()).toContain("¿Tenéis rosas?");
    for (const person of people) await quiet(person);
    expect(people.map((person) => person.received().length)).toEqual([1, 1, 1]);
  });
});

describe.concurrent("a puzzle", () => {
  test.each(having("a puzzle"))("by %s is answered politely, once, without the model", async (name) => {
    const shop = await on(name).open(() => say("no debería hacer falta"));
    const person = shop.person();
    await person.puzzle?.();
    await answers(person, 1);
    await quiet(person);
    expect(person.received()).toHaveLength(1);
    expect(system.model.callsOf(shop.model)).toEqual([]);
  });
});

const LONG = Array.from({ length: 400 }, (_, n) => `Punto ${n}: rosas, tulipanes 🌷 y <b>lirios</b> & más.`).join(
  "\n\n",
);

describe.concurrent("a flood of words", () => {
  test.each(named)("by %s is read and answered in pieces that the vendor takes, in order", async (name) => {
    const shop = await on(name).open(() => say(LONG));
    const person = shop.person();
    await person.write(`${"tulipán\u200B\u202E ".repeat(2_000)}¿y bien?`);
    await answers(person, 1);
    await quiet(person);
    const points = [
      ...person
        .received()
        .join("\n")
        .matchAll(/Punto (\d+)/g),
    ].map(([, n]) => Number(n));
    expect(points.slice(0, 12)).toEqual(Array.from({ length: 12 }, (_, n) => n));
    expect(points).toEqual(points.toSorted((a, b) => a - b));
    expect(asked(shop)).toContain("tulipán");
  });
});

describe.concurrent("a vendor", () => {
  test.each(named)(
    "%s that throttles and then loses its answer gets each message as often as is told",
    async (name) => {
      const shop = await on(name).open(() => say("Un momento"));
      const person = shop.person();
      shop.hitch("throttled", "lost");
      await person.write("¿Me oyes?");
      await answers(person, 1);
      await person.settle?.();
      await answers(person, on(name).lostIsShown);
      await quiet(person);
      expect(person.received()).toHaveLength(on(name).lostIsShown);
      await person.write("¿Y ahora?");
      await answers(person, on(name).lostIsShown + 1);
    },
  );

  test.each(having("a window"))(
    "%s that says it is too late to answer leaves a failed message that says why",
    async (name) => {
      const shop = await on(name).open(() => say("hola"));
      const person = shop.person();
      shop.hitch("closed");
      await person.write("¿Hola?");
      await until("the console shows why", async () => (await listed(shop)).includes('"window"'));
      await quiet(person);
      expect(person.received()).toEqual([]);
    },
  );
});

describe.concurrent("a person who wants to hear no more", () => {
  test.each(named)("by %s hears no more, and comes back where there is a way", async (name) => {
    const shop = await on(name).open(() => say("A sus órdenes"));
    const person = shop.person();
    await person.write("¿Hola?");
    await answers(person, 1);
    await quiet(person);
    await person.leave();
    await quiet(person);
    const before = person.received().length;
    await person.write("¿Sigue ahí?");
    await quiet(person);
    expect(person.received()).toHaveLength(before);
    expect(system.model.callsOf(shop.model)).toHaveLength(1);
    if (person.comeBack === undefined) return;
    await person.comeBack();
    await person.write("¿Y ahora?");
    await answers(person, before + 1);
  });
});

describe.concurrent("a colleague", () => {
  test.each(having("a colleague"))("who answers by %s itself has the conversation from then on", async (name) => {
    const shop = await on(name).open(() => say("aquí el agente", { delayMs: 700 }));
    const person = shop.person();
    await person.write("¿Hay alguien?");
    await until("the model thinks", () => system.model.callsOf(shop.model).length === 1);
    await person.colleague?.("Yo me encargo");
    await person.write("Gracias, ¿y el sábado?");
    await quiet(person);
    expect(person.received()).toEqual([]);
    await until("the console shows what was said", async () => (await listed(shop)).includes("Yo me encargo"));
  });
});
