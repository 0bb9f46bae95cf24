import { afterAll, afterEach, beforeAll, describe, expect, test } from "vitest";

import { Charla } from "@charla/testkit/charla/charla";
import { furnishAgent, furnishChannel, furnishProvider, furnishTenant } from "@charla/testkit/charla/furnish";
import { Api } from "@charla/testkit/charla/api";
import { say } from "@charla/testkit/model/behaviour";
import { ModelServer } from "@charla/testkit/model/server";

import { freePort } from "../free-port.ts";
import { Client, visitorToken } from "./socketio-client.ts";

const ORIGIN = "https://tienda.example";

let charla: Charla;
let model: ModelServer;
let channelId: string;
let client: Client | undefined;
beforeAll(async () => {
  model = await ModelServer.start();
  charla = await Charla.start({ port: await freePort() });
  const tenant = await furnishTenant(new Api(charla.url, charla.platformKey), "socketio");
  const provider = await furnishProvider(tenant, model.baseUrl);
  const agentId = await furnishAgent(tenant, { model: { provider, model: "slow" }, language: "es" });
  const wish = { kind: "socketio", agentId, config: { allowedOrigins: [ORIGIN] } };
  ({ channelId } = await furnishChannel(tenant, charla.url, wish));
  model.script("slow", (call) => say(`Hemos recibido su mensaje: ${call.messages.at(-1)?.text}`, { chunkDelayMs: 80 }));
});
afterEach(() => client?.leave());
afterAll(async () => {
  expect(model.problems).toEqual([]);
  await charla.stop();
  await model.close();
});

describe.each([
  { name: "with default options", options: {} },
  { name: "on long-polling only", options: { transports: ["polling"] } },
])("a client $name", ({ options }) => {
  test("is answered once for each message although everything dies in the middle of an answer", async () => {
    const auth = { token: await visitorToken(charla.url, channelId, ORIGIN) };
    // What an app sets that wants a message out of its hands only when it was confirmed.
    const patience = { retries: 100, ackTimeout: 2_000 };
    const ana = (client = new Client(`${charla.url}/chat`, {
      auth,
      extraHeaders: { origin: ORIGIN },
      ...patience,
      ...options,
    }));
    const [before] = await ana.sees("connected");
    const first = ana.socket.emitWithAck("sendMessage", { content: "¿Tenéis bicicletas?", clientMessageId: "m1" });
    await ana.sees("messageChunk");
    const second = first.then(() =>
      ana.socket.emitWithAck("sendMessage", { content: "¿Y cascos?", clientMessageId: "m2" }),
    );
    expect(charla.killRuntime()).toBeGreaterThan(0);
    await charla.runtimeIsBack();
    expect([await first, await second]).toMatchObject([
      { ok: true, id: "m1" },
      { ok: true, id: "m2" },
    ]);
    const after = await ana.sees("connected", 2);
    expect(after[1]).toMatchObject({ recovered: true, conversationId: before?.["conversationId"] });

    // One answer to both, or one to each: that depends on when the second came.
    const isAnswered = (): boolean => String(ana.texts("messageComplete").at(-1)).includes("¿Y cascos?");
    await expect.poll(isAnswered, { timeout: 45_000, interval: 50 }).toBe(true);
    expect(ana.all("messageReceived").map(({ id }) => id)).toEqual(["m1", "m2"]);
    const shown = ana.heard.filter(({ name }) => name === "messageReceived" || name === "messageComplete");
    const numbers = shown.map(({ payload }) => Number(payload["seq"]));
    expect(numbers).toEqual([...new Set(numbers)].toSorted((a, b) => a - b));
    const read = (await ana.socket.emitWithAck("getConversation")) as { messages: { seq: number }[] };
    expect(read.messages.map(({ seq }) => seq)).toEqual(numbers);
  }, 180_000);
});
