import twilio from "twilio";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import type { TwilioAccountBook } from "./account.ts";
import { TwilioServer } from "./server.ts";

const TOKEN = "0123456789abcdef0123456789abcdef";
const NUMBER = "+34911000000";
const SENDER = "whatsapp:+34911000001";
const PERSON = "+34600111222";

let server: TwilioServer;
let book: TwilioAccountBook;
beforeAll(async () => {
  server = await TwilioServer.start();
});
afterAll(() => server.close());
beforeEach(() => {
  book = server.openAccount(TOKEN);
  book.addNumber(NUMBER);
  book.whatsAppSenders.add(SENDER);
});

async function send(
  fields: Record<string, string | string[]>,
  token = TOKEN,
): Promise<{ status: number; code: unknown }> {
  const form = new URLSearchParams();
  for (const [name, value] of Object.entries(fields)) for (const one of [value].flat()) form.append(name, one);
  const response = await fetch(`${server.url}/2010-04-01/Accounts/${book.sid}/Messages.json`, {
    method: "POST",
    headers: { authorization: `Basic ${btoa(`${book.sid}:${token}`)}` },
    body: form,
  });
  const body = (await response.json()) as { code?: unknown };
  return { status: response.status, code: body.code };
}

describe("what Twilio refuses, the stand-in refuses with the same code", () => {
  const good = { To: PERSON, From: NUMBER, Body: "Hola" };
  const links = (count: number): string[] => Array.from({ length: count }, (_, i) => `https://charla.example/${i}`);

  it.each([
    [21604, { ...good, To: "" }],
    [21211, { ...good, To: "Lucía" }],
    [21603, { To: PERSON, Body: "Hola" }],
    [21660, { ...good, From: "+34911999999" }],
    [63007, { ...good, To: `whatsapp:${PERSON}`, From: "whatsapp:+34911999999" }],
    [21910, { ...good, To: `whatsapp:${PERSON}` }],
    [21602, { ...good, Body: "" }],
    [21617, { ...good, Body: "x".repeat(1601) }],
    [21609, { ...good, StatusCallback: "nowhere" }],
    [21620, { ...good, MediaUrl: "nowhere" }],
    [21623, { ...good, MediaUrl: links(11) }],
    [21623, { To: `whatsapp:${PERSON}`, From: SENDER, MediaUrl: links(2) }],
    [21654, { ...good, ContentVariables: "{}" }],
    [21655, { To: `whatsapp:${PERSON}`, From: SENDER, ContentSid: `HX${"9".repeat(32)}` }],
    [21701, { To: PERSON, MessagingServiceSid: `MG${"9".repeat(32)}`, Body: "Hola" }],
    [20001, { ...good, Bodi: "Hola" }],
  ])("%i", async (code, fields) => {
    expect(await send(fields)).toEqual({ status: 400, code });
    expect(server.shown(PERSON)).toEqual([]);
    expect(server.problems.at(-1)).toContain(String(code));
  });

  it("a wrong password, and somebody who stopped", async () => {
    expect(await send(good, "f".repeat(32))).toEqual({ status: 401, code: 20003 });
    book.stopped.add(PERSON);
    expect(await send(good)).toEqual({ status: 400, code: 21610 });
  });

  it.each(['{"1":""}', "[]", "{", '{"1":"Lunes","2":"x","3":"a title that is too long for a button"}'])(
    "template variables %s",
    async (ContentVariables) => {
      const types = { "twilio/quick-reply": { body: "{{1}}", actions: [{ id: "{{2}}", title: "{{3}}" }] } };
      book.contents.push({ sid: "HX1", friendlyName: "x", types, variables: {} });
      const fields = { To: `whatsapp:${PERSON}`, From: SENDER, ContentSid: "HX1", ContentVariables };
      expect(await send(fields)).toEqual({ status: 400, code: 21656 });
    },
  );
});

describe("Twilio's own client", () => {
  /** The client as it is, but for where its requests go. */
  function rerouted(): InstanceType<typeof twilio.RequestClient> {
    const client = new twilio.RequestClient();
    const send = client.request.bind(client);
    client.request = (options) =>
      send({ ...options, uri: options.uri.replace(/^https:\/\/[a-z]+\.twilio\.com/, server.url) });
    return client;
  }

  it("gets along with the stand-in", async () => {
    const client = twilio(book.sid, TOKEN, { httpClient: rerouted() });
    const message = await client.messages.create({ to: PERSON, from: NUMBER, body: "Hola" });
    expect(server.messages.at(-1)).toMatchObject({ sid: message.sid, to: PERSON, text: "Hola" });
    expect((await client.api.v2010.accounts(book.sid).fetch()).status).toBe("active");
    const [number] = await client.incomingPhoneNumbers.list({ phoneNumber: NUMBER });
    await client.incomingPhoneNumbers(number?.sid ?? "").update({ smsUrl: "https://charla.example/" });
    expect(book.numbers.get(NUMBER)?.sms_url).toBe("https://charla.example/");
    const refused = client.messages.create({ to: PERSON, from: NUMBER, body: "x".repeat(1601) });
    await expect(refused).rejects.toMatchObject({ code: 21617, status: 400 });
  });
});
