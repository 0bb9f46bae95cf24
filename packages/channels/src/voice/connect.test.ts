import { newId } from "@charla/domain/ids";
import type { NumberSettings, TwilioAccountBook } from "@charla/testkit/vendors/twilio/account";
import { TwilioServer } from "@charla/testkit/vendors/twilio/server";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { type ConnectReport, isConnected } from "../connect.ts";
import { type VoiceAccount, VoiceConfig } from "./config.ts";
import { connectVoice } from "./connect.ts";
import { disconnectVoice } from "./disconnect.ts";

const TOKEN = "0123456789abcdef0123456789abcdef";
const NUMBER = "+14155238886";
const WEBHOOK = "https://charla.example/webhooks/voice/chn_1";
const HERE = { voice_url: WEBHOOK, voice_method: "POST", voice_fallback_url: WEBHOOK, status_callback: WEBHOOK };

let server: TwilioServer;
let book: TwilioAccountBook;
let number: NumberSettings;
beforeAll(async () => {
  server = await TwilioServer.start();
});
afterAll(() => server.close());
beforeEach(() => {
  book = server.openAccount(TOKEN);
  number = book.addNumber(NUMBER);
});

const accountWith = (config: Record<string, unknown> = {}): VoiceAccount => ({
  id: newId("channel"),
  tenantId: newId("tenant"),
  webhookUrl: WEBHOOK,
  config: VoiceConfig.parse({ accountSid: book.sid, phoneNumber: NUMBER, apiUrl: server.url, ...config }),
  secrets: { authTokens: [TOKEN] },
});
const context = () => ({ fetch, now: Date.now(), signal: AbortSignal.timeout(5_000) });
const connect = (account: VoiceAccount): Promise<ConnectReport> => connectVoice(account, context());
const states = ({ checks }: ConnectReport): Record<string, string> =>
  Object.fromEntries(checks.map(({ id, state }) => [id, state]));

describe("the number of a call", () => {
  it("is pointed here once, and gets back on disconnecting what it had before", async () => {
    const before = { voice_url: "https://old.example/voice", voice_application_sid: "AP1", trunk_sid: "TK1" };
    Object.assign(number, before);
    const account = accountWith();
    const first = await connect(account);
    expect(states(first)).toMatchObject({ credentials: "ok", number: "fixed", relay: "manual", person: "manual" });
    expect(isConnected(first)).toBe(true);
    expect(number).toMatchObject({ ...HERE, voice_application_sid: "", trunk_sid: "" });

    const connected = accountWith(first.learnt);
    const second = await connect(connected);
    expect(states(second)).toMatchObject({ number: "ok" });
    expect(second.learnt).toEqual({});

    expect(states(await disconnectVoice(connected, context()))).toEqual({ number: "fixed" });
    expect(number).toMatchObject(before);
  });

  it("is left alone when it was pointed elsewhere meanwhile", async () => {
    const connected = accountWith((await connect(accountWith())).learnt);
    number.voice_url = "https://elsewhere.example/";
    expect(states(await disconnectVoice(connected, context()))).toEqual({ number: "ok" });
    expect(number.voice_url).toBe("https://elsewhere.example/");
  });

  it("must exist, and the account must be the right one", async () => {
    expect(states(await connect(accountWith({ phoneNumber: "+14155550000" })))).toMatchObject({ number: "broken" });
    const wrong = { ...accountWith(), secrets: { authTokens: ["f".repeat(32)] } };
    expect(states(await connect(wrong))).toEqual({ credentials: "broken" });
    expect(server.problems.splice(0)).toHaveLength(1);
  });

  it("with a person's telephone and without a socket needs nothing by hand", async () => {
    const report = await connect(accountWith({ mode: "gather", handOverNumber: "+34600999888" }));
    expect(states(report)).toEqual({ credentials: "ok", number: "fixed", person: "ok" });
  });
});
