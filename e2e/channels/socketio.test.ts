import { SignJWT } from "jose";
import { afterAll, afterEach, beforeAll, describe, expect, test } from "vitest";

import { textAt } from "@charla/testkit/charla/api";
import { furnishAgent, furnishChannel, furnishProvider, furnishTenant } from "@charla/testkit/charla/furnish";
import { type Script, say } from "@charla/testkit/model/behaviour";
import { until } from "@charla/testkit/poll";

import { System } from "../system.ts";
import { Client, visitorToken } from "./socketio-client.ts";

const ORIGIN = "https://tienda.example";
const EVERY_WAY = [
  { name: "with default options", options: {}, ends: "websocket" },
  { name: "on WebSocket only", options: { transports: ["websocket"] }, ends: "websocket" },
  { name: "on long-polling only", options: { transports: ["polling"] }, ends: "polling" },
];

let serial = 0;
let system: System;
let clients: Client[] = [];
beforeAll(async () => {
  system = await System.start();
});
afterEach(() => {
  for (const client of clients) client.leave();
  clients = [];
});
afterAll(async () => {
  expect(system.problems()).toEqual([]);
  await system.stop();
});

type Shop = { model: string; channelId: string; identitySecret: string; token: () => Promise<string> };

async function shop(script: Script, tenant = system.tenant): Promise<Shop> {
  const model = `socketio-${++serial}`;
  system.model.script(model, script);
  const { charla, model: server } = system;
  const provider = await furnishProvider(tenant, server.baseUrl);
  const agentId = await furnishAgent(tenant, { model: { provider, model }, language: "es" });
  const config = { allowedOrigins: [ORIGIN], title: "Tienda" };
  const { channelId, created } = await furnishChannel(tenant, charla.url, { kind: "socketio", agentId, config });
  const identitySecret = textAt(created, "secrets", "identitySecret");
  return { model, channelId, identitySecret, token: () => visitorToken(charla.url, channelId, ORIGIN) };
}

function connect(token: string, options: ConstructorParameters<typeof Client>[1] = {}, path = "/chat"): Client {
  const extraHeaders = { origin: ORIGIN };
  const client = new Client(`${system.charla.url}${path}`, { auth: { token }, extraHeaders, ...options });
  clients.push(client);
  return client;
}

/** Numbers only rise, and none comes twice: what an app shows needs no bookkeeping of its own. */
function expectEachOnce(client: Client, received: string[], completed: string[]): void {
  expect(client.all("messageReceived").map(({ id }) => id)).toEqual(received);
  expect(client.texts("messageComplete")).toEqual(completed);
  const numbers = client.heard
    .filter(({ name }) => name === "messageReceived" || name === "messageComplete")
    .map(({ payload }) => Number(payload["seq"]));
  expect(numbers).toEqual([...new Set(numbers)].toSorted((a, b) => a - b));
}

const SLOW = { chunkDelayMs: 60 };
const slowEcho: Script = (call) => say(`Ha escrito usted lo siguiente: ${call.messages.at(-1)?.text}`, SLOW);
const echoOf = (text: string): string => `Ha escrito usted lo siguiente: ${text}`;

const callsOf = (model: string): number => system.model.calls.filter((call) => call.model === model).length;

describe.each(EVERY_WAY)("the official client $name", ({ options, ends }) => {
  test("connects, writes, sees the answer grow and end, and reads it all again", async () => {
    const { model, token } = await shop(() => say("Abrimos a las nueve y media.", { chunkDelayMs: 20 }));
    const ana = connect(await token(), options);
    const [connected] = await ana.sees("connected");
    expect(connected).toMatchObject({ recovered: false, owner: "ai", demo: false });
    const conversationId = connected?.["conversationId"];

    expect(await ana.say("¿A qué hora abrís mañana?", "m1")).toMatchObject({ ok: true, id: "m1", duplicate: false });
    const [complete] = await ana.sees("messageComplete");
    expect(complete).toMatchObject({ role: "agent", text: "Abrimos a las nueve y media.", conversationId });
    expect(ana.all("messageReceived")).toMatchObject([{ id: "m1", text: "¿A qué hora abrís mañana?", conversationId }]);
    const chunks = ana.all("messageChunk");
    expect(chunks.length).toBeGreaterThan(1);
    expect(chunks.map(({ delta }) => delta).join("")).toBe("Abrimos a las nueve y media.");

    expect(await ana.say("¿A qué hora abrís mañana?", "m1")).toMatchObject({ ok: true, id: "m1", duplicate: true });
    const read = await ana.ask("getConversation", { id: conversationId });
    expect(read).toMatchObject({ ok: true, id: conversationId, more: false });
    expect(read["messages"]).toMatchObject([{ role: "visitor" }, { role: "agent" }]);
    expect(await ana.ask("ping")).toBeUndefined();
    expect(await ana.ask("endConversation")).toMatchObject({ ok: true, id: conversationId });
    expect([callsOf(model), ana.texts("messageComplete").length, ana.disconnects]).toEqual([1, 1, []]);
    await until(`the client is on ${ends}`, () => ana.transport === ends);
  });

  test("breaks off in the middle of an answer, comes back, and misses nothing of what was written meanwhile", async () => {
    const { token } = await shop(slowEcho);
    const visitor = await token();
    const ana = connect(visitor, options);
    await ana.sees("connected");
    await ana.say("¿Tenéis bicicletas?", "m1");
    await ana.sees("messageChunk");
    ana.cut();
    const tab = connect(visitor, options);
    await tab.sees("connected");
    await tab.sees("messageComplete");
    await tab.say("¿Y cascos?", "m2");
    await ana.sees("connected", 2);
    await ana.sees("messageComplete", 2);
    ana.cut();
    const connected = await ana.sees("connected", 3);
    expect(connected.map(({ recovered }) => recovered)).toEqual([false, true, true]);
    expect(await ana.say("¿Y cascos?", "m2")).toMatchObject({ ok: true, duplicate: true });
    expectEachOnce(ana, ["m1", "m2"], ["¿Tenéis bicicletas?", "¿Y cascos?"].map(echoOf));
  });
});

describe("a session", () => {
  test("outlives the sleep of its conversation", async () => {
    const { token } = await shop((call) => say(`re: ${call.messages.at(-1)?.text}`));
    const ana = connect(await token(), { transports: ["websocket"] });
    const [connected] = await ana.sees("connected");
    await ana.say("¿Sigues ahí?", "m1");
    await ana.sees("messageComplete");
    await system.charla.evict(String(connected?.["conversationId"]));
    await ana.say("¿Y ahora?", "m2");
    await ana.sees("messageComplete", 2);
    expect([ana.texts("messageComplete"), ana.disconnects]).toEqual([["re: ¿Sigues ahí?", "re: ¿Y ahora?"], []]);
  });

  test("is found at the path of the namespace's name too", async () => {
    const { token } = await shop(() => say("Hola, Ana."));
    const ana = connect(await token(), { path: "/chat/" }, "/");
    await ana.sees("connected");
    await ana.say("hola", "m1");
    expect(await ana.sees("messageComplete")).toMatchObject([{ text: "Hola, Ana." }]);
  });

  test("of a user the shop vouches for is in the same conversation on every device", async () => {
    const { channelId, identitySecret } = await shop(() => say("Su pedido va en camino."));
    const signed = await new SignJWT({ name: "Ana" })
      .setProtectedHeader({ alg: "HS256" })
      .setSubject("clienta-7")
      .setAudience(channelId)
      .setExpirationTime("1h")
      .sign(new TextEncoder().encode(identitySecret));
    const [phone, laptop] = [connect(signed), connect(signed, { transports: ["websocket"] })];
    await Promise.all([phone.sees("connected"), laptop.sees("connected")]);
    await phone.say("¿Dónde está mi pedido?", "m1");
    expect(await laptop.sees("messageComplete")).toMatchObject([{ text: "Su pedido va en camino." }]);
    expect(laptop.all("messageReceived")).toMatchObject([{ id: "m1", text: "¿Dónde está mi pedido?" }]);
  });
});

describe("refused", () => {
  const unauthorized = { message: "unauthorized", data: { code: 401 } };

  test.each(EVERY_WAY)("a token that is none, of another tenant, or of another channel, $name", async ({ options }) => {
    const { channelId, token } = await shop(() => say("no"));
    const stranger = await shop(() => say("no"), await furnishTenant(system.charla.platform(), `ajena-${++serial}`));
    const [own, foreign] = [await token(), await stranger.token()];
    for (const auth of [
      {},
      { token: "x.y.z" },
      { token: `${own.slice(0, -2)}xx` },
      { token: foreign, channel: channelId },
      { token: own, channel: stranger.channelId },
      { token: own, channel: "chn_01kbd0mz3v7q2x9c4f6g8h1j5k" },
    ])
      expect(await connect("", { ...options, auth }).refused()).toEqual(unauthorized);
  });

  test("a site that is not on the list, and a namespace that does not exist", async () => {
    const { token } = await shop(() => say("no"));
    const visitor = await token();
    for (const { options } of EVERY_WAY) {
      const evil = connect(visitor, { ...options, extraHeaders: { origin: "https://evil.example" } });
      expect(await evil.refused()).toEqual({ message: "forbidden", data: { code: 403 } });
    }
    expect(await connect(visitor, {}, "/admin").refused()).toMatchObject({ message: "Invalid namespace" });
  });

  test("somebody else's conversation, as if it did not exist", async () => {
    const { token } = await shop(() => say("Hola."));
    const [ana, bea] = [connect(await token()), connect(await token())];
    const [hers] = await bea.sees("connected");
    await bea.say("Soy Bea", "m1");
    await bea.sees("messageComplete");
    await ana.sees("connected");
    const id = String(hers?.["conversationId"]);
    for (const [event, payload] of [
      ["getConversation", { id }],
      ["endConversation", id],
      ["sendMessage", { content: "hola", conversationId: id }],
    ] as const)
      expect(await ana.ask(event, payload)).toMatchObject({ ok: false, error: { code: "NOT_FOUND" } });
    expect(await bea.ask("getConversation")).toMatchObject({ messages: [{ role: "visitor" }, { role: "agent" }] });
    expect(await ana.ask("getConversation")).toMatchObject({ messages: [] });
  });

  test("bytes and nonsense, and goes on", async () => {
    const { token } = await shop(() => say("Hola."));
    const ana = connect(await token());
    await ana.sees("connected");
    await until("the client is on WebSocket", () => ana.transport === "websocket");
    ana.socket.emit("sendMessage", { content: new Uint8Array([1, 2, 3]) });
    expect(await ana.sees("error")).toMatchObject([{ code: "BINARY_NOT_SUPPORTED" }]);
    expect(await ana.ask("sendMessage", { content: " " })).toMatchObject({ ok: false, error: { code: "BAD_REQUEST" } });
    expect(await ana.ask("dropTables")).toMatchObject({ ok: false, error: { code: "UNKNOWN_EVENT" } });
    await ana.say("hola", "m1");
    expect(await ana.sees("messageComplete")).toMatchObject([{ text: "Hola." }]);
    expect(ana.disconnects).toEqual([]);
  });

  test("more at once than a person can mean, and nobody else notices", async () => {
    const { token } = await shop((call) => say(`re: ${call.messages.at(-1)?.text}`));
    const [ana, bea] = [connect(await token()), connect(await token())];
    await Promise.all([ana.sees("connected"), bea.sees("connected")]);
    const answers = await Promise.all(
      Array.from({ length: 190 }, (_, n) => ana.ask("getConversation", { limit: 1, n })),
    );
    const refused = answers.filter(({ ok }) => ok === false);
    expect(refused.length).toBeGreaterThan(0);
    expect(refused[0]).toMatchObject({ error: { code: "RATE_LIMITED", retryAfterMs: expect.any(Number) } });
    await bea.say("¿Seguís ahí?", "m1");
    expect(await bea.sees("messageComplete")).toMatchObject([{ text: "re: ¿Seguís ahí?" }]);
  });
});
