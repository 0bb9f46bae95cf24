import { randomBytes } from "node:crypto";

import { afterAll, beforeAll, expect, test } from "vitest";

import { at, listAt } from "@charla/testkit/charla/api";
import { type AgentWish, furnishAgent, furnishChannel } from "@charla/testkit/charla/furnish";
import { type Script, say, toolsThen } from "@charla/testkit/model/behaviour";
import { until, untilQuiet } from "@charla/testkit/poll";
import type { TwilioAccountBook } from "@charla/testkit/vendors/twilio/account";
import { TwilioCall } from "@charla/testkit/vendors/twilio/calls/call";
import { TwilioServer } from "@charla/testkit/vendors/twilio/server";

import { System } from "../system.ts";

const NUMBER = "+34911000000";
const PERSON = "+34600999888";
const GREETING = "Floristería Lirio, dígame.";

type Row = Record<string, unknown>;
type Config = Record<string, string | number | boolean | Record<string, string>[]>;
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

type Shop = { book: TwilioAccountBook; model: string; channelId: string; dial: () => Promise<TwilioCall> };

/** A shop whose number was pointed here by connecting it. */
async function shop(script: Script, config: Config = {}, agent: AgentWish = {}): Promise<Shop> {
  const model = `voice-${++serial}`;
  system.model.script(model, script);
  const agentId = await furnishAgent(system.tenant, { model: system.modelRef(model), language: "es", ...agent });
  const token = randomBytes(16).toString("hex");
  const book = vendor.openAccount(token);
  book.addNumber(NUMBER);
  const { channelId } = await furnishChannel(system.tenant, "http://localhost:8787", {
    kind: "voice",
    agentId,
    config: { accountSid: book.sid, phoneNumber: NUMBER, apiUrl: vendor.url, greeting: GREETING, ...config },
    secrets: { authTokens: [token] },
  });
  const report = await system.tenant.api.post(`/v1/channels/${channelId}/connect`);
  expect(listAt(report, "checks").map((check) => at(check, "state"))).not.toContain("broken");
  const from = `+346${String(++serial).padStart(8, "0")}`;
  return { book, model, channelId, dial: () => TwilioCall.dial(vendor, book, { from, to: NUMBER }) };
}

const hears = (call: TwilioCall, text: string, times = 1): Promise<true> =>
  until(`the caller hears ${text}`, () => {
    if (call.texts.filter((heard) => heard === text).length >= times) return true;
    throw new Error(JSON.stringify(call.texts));
  });

/** A call that was answered: the socket is open and the caller has been greeted. */
async function answered({ dial }: Shop): Promise<TwilioCall> {
  const call = await dial();
  await hears(call, GREETING);
  await until("the socket is open", () => call.session.opened);
  return call;
}

async function conversationOf({ channelId }: Shop, call: TwilioCall): Promise<string> {
  const { api } = system.tenant;
  const conversation = await until("the call is listed", async () => {
    const page = await api.get(`/v1/conversations?channelId=${channelId}&limit=100`);
    return (listAt(page, "data") as Row[]).find((row) => row["thread"] === call.sid);
  });
  return String(conversation["id"]);
}

async function transcript(tienda: Shop, call: TwilioCall): Promise<Row[]> {
  const id = await conversationOf(tienda, call);
  return listAt(await system.tenant.api.get(`/v1/conversations/${id}/messages`), "data") as Row[];
}

test("a call is greeted, answered in speech, and kept with its record", async () => {
  const tienda = await shop((call) => say(`**Sí**, ${call.messages.at(-1)?.text} Cuestan 12 €. 🌷`), {
    microsPerMinute: 90_000,
  });
  const call = await answered(tienda);
  await call.say("¿tienen rosas?");
  await hears(call, "Sí, ¿tienen rosas? Cuestan 12 euros.");
  await call.hangUp();
  const rows = await until("the record of the call is complete", async () => {
    const found = await transcript(tienda, call);
    return found.some((row) => at(row["call"] ?? {}, "state") === "over") && found;
  });
  const record = rows.find((row) => row["call"] !== undefined)?.["call"];
  expect(record).toMatchObject({ from: call.caller.from, to: NUMBER, ending: "completed", sessions: 1 });
  expect(at(record, "lineMicros")).toBe(90_000);
  expect(JSON.stringify(record)).not.toContain("ticket");
  const texts = rows.map((row) => `${String(row["author"])}: ${String(row["text"])}`).toReversed();
  expect(texts.filter((text) => !text.endsWith(": "))).toEqual([
    `system: ${GREETING}`,
    "contact: ¿tienen rosas?",
    "ai: **Sí**, ¿tienen rosas? Cuestan 12 €. 🌷",
  ]);
});

test("whoever breaks in stops the model, and the agent knows what was heard", async () => {
  const tienda = await shop((call) =>
    call.messages.filter(({ role }) => role === "user").length === 1
      ? say("Abrimos de lunes a viernes, de nueve a dos y de cuatro a ocho.", { stall: "middle" })
      : say(`re: ${call.messages.at(-1)?.text}`),
  );
  const call = await answered(tienda);
  await call.say("¿Cuándo abren?");
  await until("the answer begins", () => call.texts.some((text) => text.includes("lunes a")));
  call.breakIn("Abrimos de lunes", "¿Y los sábados?");
  await hears(call, "re: ¿Y los sábados?");
  const [, second] = system.model.callsOf(tienda.model);
  expect(second?.messages.filter(({ role }) => role === "assistant").at(-1)?.text).toBe("Abrimos de lunes");
  await call.hangUp();
});

test("a slow tool is bridged by a sentence, and its answer follows", async () => {
  system.tools.script("voz", () => ({ delayMs: 1_200 }));
  const tools = [
    {
      name: "pedido",
      kind: "http_get_json",
      config: {
        url: `${system.tools.url}/read?ref={ref}`,
        input: { ref: { type: "string", description: "Pedido" } },
      },
    },
  ];
  const script = toolsThen(
    () => [{ name: "pedido", args: { ref: `voz-${serial}` } }],
    () => say("Sale hoy."),
  );
  const call = await answered(await shop(script, {}, { tools }));
  await call.say("¿Y mi pedido?");
  await hears(call, "Sale hoy.");
  expect(call.texts.slice(-2)).toEqual(["Un momento, por favor.", "Sale hoy."]);
  await call.hangUp();
});

test("a socket that breaks is opened again, and the call goes on", async () => {
  const tienda = await shop((call) => say(`re: ${call.messages.at(-1)?.text}`));
  const call = await answered(tienda);
  await call.say("¿Me oye?");
  await hears(call, "re: ¿Me oye?");
  call.drop();
  await until("there is a second socket", () => call.sessions.length === 2 && call.session.opened);
  await call.say("¿Y ahora?");
  await hears(call, "re: ¿Y ahora?");
  expect(call.texts.filter((text) => text === GREETING)).toHaveLength(1);
  expect(system.model.callsOf(tienda.model)).toHaveLength(2);
  await call.hangUp();
});

test("an operator who takes over gets the caller on the telephone, and the agent says nothing more", async () => {
  const tienda = await shop(() => say("Tenemos rosas, lirios y más", { stall: "middle" }), { handOverNumber: PERSON });
  const call = await answered(tienda);
  await call.say("¿Qué flores tienen?");
  await until("the agent speaks", () => call.texts.some((text) => text.includes("Tenemos")));
  const id = await conversationOf(tienda, call);
  await system.tenant.api.post(`/v1/conversations/${id}/take-over`, {});
  await until("the person is called", () => call.state === "dialling");
  expect(call.dialled).toEqual([PERSON]);
  const heard = call.texts.length;
  await call.person("no-answer");
  await until("the caller is back", () => call.sessions.length === 2 && call.session.opened);
  await call.say("¿Oiga?");
  await untilQuiet("the line", () => call.texts.length, 1_000);
  expect(call.texts).toHaveLength(heard);
  await call.hangUp();
});

test("without a socket the call goes turn by turn", async () => {
  const tienda = await shop((call) => say(`re: ${call.messages.at(-1)?.text}`, { delayMs: 300 }), {
    mode: "gather",
    silences: 1,
  });
  const call = await tienda.dial();
  expect(call.texts).toEqual([GREETING]);
  await call.say("¿Tienen lirios?");
  await hears(call, "re: ¿Tienen lirios?");
  await call.press("42");
  await hears(call, "re: 42.");
  await call.silence();
  await call.silence();
  expect(call.state).toBe("over");
  expect(call.texts.slice(-2)).toEqual(["¿Sigue ahí?", "Como no le oigo, voy a colgar. Hasta pronto."]);
});

test("disconnecting gives the number back", async () => {
  const { book, channelId } = await shop(() => say("Sí"));
  expect(book.numbers.get(NUMBER)?.voice_url).toContain(channelId);
  await system.tenant.api.post(`/v1/channels/${channelId}/disconnect`);
  expect(book.numbers.get(NUMBER)).toMatchObject({ voice_url: "", status_callback: "" });
});
