import { newId } from "@charla/domain/ids";
import { TwilioServer } from "@charla/testkit/vendors/twilio/server";
import type { TwilioAccountBook } from "@charla/testkit/vendors/twilio/account";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { type ConnectReport, isConnected } from "../connect.ts";
import { channels } from "../registry.ts";
import { type TwilioAccount, TwilioConfig } from "./config.ts";

const { twilio } = channels;

const TOKEN = "0123456789abcdef0123456789abcdef";
const NUMBER = "+14155238886";
const WEBHOOK = "https://charla.example/webhooks/twilio/chn_1";
const OURS = `${WEBHOOK}#rc=5&rp=all`;

let server: TwilioServer;
let book: TwilioAccountBook;
beforeAll(async () => {
  server = await TwilioServer.start();
});
afterAll(() => server.close());
beforeEach(() => {
  book = server.openAccount(TOKEN);
});

const accountWith = (config: Partial<TwilioConfig>, token = TOKEN): TwilioAccount => ({
  id: newId("channel"),
  tenantId: newId("tenant"),
  webhookUrl: WEBHOOK,
  config: TwilioConfig.parse({ accountSid: book.sid, apiUrl: server.url, ...config }),
  secrets: { authTokens: [token] },
});
const context = { fetch, now: Date.now(), signal: new AbortController().signal };

async function run(step: "connect" | "disconnect", account: TwilioAccount): Promise<ConnectReport> {
  const report = await twilio[step]?.(account, context);
  if (report === undefined) throw new Error(`there is no ${step}`);
  for (const { title, help } of report.checks)
    for (const words of [title, help]) if (words) expect(words.es).not.toBe(words.en);
  return report;
}
const connect = (account: TwilioAccount): Promise<ConnectReport> => run("connect", account);
const disconnect = (account: TwilioAccount): Promise<ConnectReport> => run("disconnect", account);
const states = ({ checks }: ConnectReport): Record<string, string> =>
  Object.fromEntries(checks.map(({ id, state }) => [id, state]));
const after = (account: TwilioAccount, { learnt }: ConnectReport): TwilioAccount => ({
  ...account,
  config: TwilioConfig.parse({ ...account.config, ...learnt }),
});

describe("a telephone number", () => {
  it("is pointed here once, and gets back on disconnecting what it had before", async () => {
    const number = book.addNumber(NUMBER);
    Object.assign(number, { sms_url: "https://old.example/sms", sms_method: "GET", sms_application_sid: "AP1" });
    const account = accountWith({ phoneNumber: NUMBER });
    const first = await connect(account);
    expect(states(first)).toEqual({ credentials: "ok", number: "fixed" });
    expect(first.facts).toMatchObject({ account: "Floristería", number: NUMBER });
    expect(number).toMatchObject({ sms_url: OURS, sms_method: "POST", sms_application_sid: "" });

    const connected = after(account, first);
    const second = await connect(connected);
    expect(states(second)).toEqual({ credentials: "ok", number: "ok" });
    expect(second.learnt).toEqual({});

    number.sms_method = "GET";
    const mended = await connect(connected);
    expect(states(mended)).toMatchObject({ number: "fixed" });
    expect(mended.learnt).toEqual({});

    expect(states(await disconnect(connected))).toEqual({ number: "fixed" });
    expect(number).toMatchObject({ sms_url: "https://old.example/sms", sms_method: "GET", sms_application_sid: "AP1" });
  });

  it("is left alone when it was pointed elsewhere meanwhile", async () => {
    const number = book.addNumber(NUMBER);
    const account = accountWith({ phoneNumber: NUMBER });
    const connected = after(account, await connect(account));
    number.sms_url = "https://elsewhere.example/";
    expect(states(await disconnect(connected))).toEqual({ number: "ok" });
    expect(number.sms_url).toBe("https://elsewhere.example/");
  });

  it("must be in the account, whole and not as a part of another", async () => {
    book.addNumber(`${NUMBER}1`);
    const report = await connect(accountWith({ phoneNumber: NUMBER }));
    expect(states(report)).toEqual({ credentials: "ok", number: "broken" });
    expect(isConnected(report)).toBe(false);
  });
});

describe("a Messaging Service", () => {
  it("answers for its senders here, and has its settings back afterwards", async () => {
    book.addNumber(NUMBER);
    const service = book.addService();
    const account = accountWith({ messagingServiceSid: service.sid });
    const report = await connect(account);
    expect(states(report)).toEqual({ credentials: "ok", service: "fixed" });
    expect(report.facts).toMatchObject({ service: "Tienda", number: NUMBER });
    expect(service).toMatchObject({ inbound_request_url: OURS, use_inbound_webhook_on_number: false });
    const connected = after(account, report);
    expect(states(await connect(connected))).toEqual({ credentials: "ok", service: "ok" });
    expect(states(await disconnect(connected))).toEqual({ service: "fixed" });
    expect(service).toMatchObject({ inbound_request_url: null, use_inbound_webhook_on_number: true });
  });

  it("that has no senders, or is not there, is told apart", async () => {
    const empty = await connect(accountWith({ messagingServiceSid: book.addService().sid }));
    expect(states(empty)).toMatchObject({ "service-senders": "manual" });
    const absent = await connect(accountWith({ messagingServiceSid: `MG${"0".repeat(32)}` }));
    expect(states(absent)).toMatchObject({ service: "broken" });
  });
});

describe("a WhatsApp sender", () => {
  it("is for a person to set up, who is told the address", async () => {
    const report = await connect(accountWith({ whatsappNumber: NUMBER }));
    expect(states(report)).toEqual({ credentials: "ok", "whatsapp-sender": "manual" });
    expect(report.checks[1]?.help?.es).toContain(OURS);
    expect(isConnected(report)).toBe(true);
  });

  it("has its button templates made once, however often it is connected", async () => {
    const account = accountWith({ whatsappNumber: NUMBER, buttons: "content" });
    const report = await connect(account);
    expect(states(report)).toMatchObject({ buttons: "fixed" });
    expect(book.contents).toHaveLength(13);
    const again = await connect(account);
    expect(states(again)).toMatchObject({ buttons: "ok" });
    expect(again.learnt).toEqual(report.learnt);
    expect(book.contents).toHaveLength(13);

    book.whatsAppSenders.add(`whatsapp:${NUMBER}`);
    const to = "whatsapp:+34600111222";
    const buttons = [
      { id: "mon", title: "Lunes" },
      { id: "tue", title: "Martes" },
    ];
    for (const count of [2, 4]) {
      const all = [...buttons, ...buttons].slice(0, count);
      const message = {
        id: newId("message"),
        conversationId: newId("conversation"),
        thread: to,
        contact: { address: to },
        bubble: { text: "¿Cuándo?\n\n_Elija_", buttons: all },
        inReplyTo: [],
        author: "ai" as const,
        turnId: null,
        createdAt: context.now,
        tries: 1,
        lastInboundAt: context.now,
      };
      expect(await twilio.send?.(message, after(account, report), context)).toMatchObject({ ok: true });
      expect(server.shown(to).at(-1)).toMatchObject({ text: "¿Cuándo?\n\n_Elija_", buttons: all });
    }
  });
});

describe("the account", () => {
  it.each([
    ["a wrong token", "f".repeat(32), () => undefined],
    ["a suspended account", TOKEN, () => (book.status = "suspended")],
  ])("with %s is broken, and nothing else is asked", async (_, token, prepare) => {
    prepare();
    expect(states(await connect(accountWith({ phoneNumber: NUMBER }, token)))).toEqual({ credentials: "broken" });
  });

  it("on trial works, with a warning", async () => {
    book.type = "Trial";
    const report = await connect(accountWith({ whatsappNumber: NUMBER }));
    expect(states(report)).toMatchObject({ trial: "manual" });
    expect(isConnected(report)).toBe(true);
  });

  it("that cannot be reached is a finding, not an error", async () => {
    const away = accountWith({ phoneNumber: NUMBER, apiUrl: "http://127.0.0.1:1" });
    expect(states(await connect(away))).toEqual({ credentials: "broken" });
    expect(states(await disconnect(away))).toEqual({ number: "broken" });
  });
});
