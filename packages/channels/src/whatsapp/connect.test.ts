import { MetaStandIn } from "@charla/testkit/vendors/meta/server";
import type { PhoneNumber } from "@charla/testkit/vendors/meta/world";
import { serve, type StandIn } from "@charla/testkit/stand-in";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { type ConnectReport, isConnected } from "../connect.ts";
import type { Account } from "../contract.ts";
import { channels } from "../registry.ts";
import { WhatsAppConfig, type WhatsAppSecrets } from "./account.ts";

const { whatsapp } = channels;

const secrets: WhatsAppSecrets = {
  accessToken: "EAAG-token-of-the-shop",
  appSecrets: ["app_secret_0123456789abcdef"],
  verifyTokens: ["a-word-of-ours"],
};

let meta: MetaStandIn;
let charla: StandIn;
let number: PhoneNumber;
let account: Account<WhatsAppConfig, WhatsAppSecrets>;

/** Our own side of the handshake, as the router puts it together. */
beforeAll(async () => {
  meta = await MetaStandIn.start();
  charla = await serve(async (exchange) => {
    const { url, method } = exchange;
    const request = { method, url, publicUrl: url.href, headers: new Headers(), rawBody: new Uint8Array(0) };
    const response = await whatsapp.handshake?.(request, account);
    exchange.head(response?.status ?? 404);
    await exchange.write((await response?.text()) ?? "");
    await exchange.end();
  });
});
afterAll(async () => {
  await meta.close();
  await charla.close();
});

beforeEach(() => {
  const { world } = meta;
  for (const all of [world.apps, world.numbers, world.templates, world.wabaApps]) all.clear();
  meta.addApp("900", secrets.appSecrets[0] ?? "");
  number = meta.addNumber({ id: "1065", wabaId: "1022", appId: "900", token: secrets.accessToken });
  account = accountWith({});
});

function accountWith(config: Record<string, unknown>, more: Partial<WhatsAppSecrets> = {}): typeof account {
  return {
    id: "chn_1",
    tenantId: "ten_1",
    webhookUrl: `${charla.url}/webhooks/whatsapp/chn_1`,
    config: WhatsAppConfig.parse({ phoneNumberId: "1065", wabaId: "1022", appId: "900", apiUrl: meta.url, ...config }),
    secrets: { ...secrets, ...more },
  };
}

const context = (): { fetch: typeof fetch; now: number; signal: AbortSignal } => ({
  fetch,
  now: Date.now(),
  signal: AbortSignal.timeout(5000),
});

async function connect(): Promise<ConnectReport> {
  const report = await whatsapp.connect?.(account, context());
  if (report === undefined) throw new Error("whatsapp does not connect");
  return report;
}

const states = ({ checks }: ConnectReport): Record<string, string> =>
  Object.fromEntries(checks.map(({ id, state }) => [id, state]));

describe("connecting", () => {
  it("puts right what the API allows, and finds it right the second time", async () => {
    const first = await connect();
    expect(states(first)).toEqual({
      app: "ok",
      token: "ok",
      permissions: "ok",
      number: "ok",
      waba: "fixed",
      webhook: "fixed",
      fields: "fixed",
    });
    expect(isConnected(first)).toBe(true);
    expect(first.facts).toEqual({ phone: "+1 555-078-3881", name: "Tienda", quality: "GREEN", limit: "TIER_1K" });
    expect(number.callback).toBe(account.webhookUrl);
    expect(new Set(Object.values(states(await connect())))).toEqual(new Set(["ok"]));
  });

  it("leaves the address of the app to whoever has it and asks for the notices that are off", async () => {
    meta.world.apps.get("900")?.subscriptions.push({
      object: "whatsapp_business_account",
      callback_url: "https://elsewhere.example/",
      verify_token: "x",
      fields: ["messages"],
    });
    const report = await connect();
    expect(states(report)).toMatchObject({ webhook: "fixed", fields: "manual" });
    expect(isConnected(report)).toBe(true);
    expect(meta.world.apps.get("900")?.subscriptions[0]?.callback_url).toBe("https://elsewhere.example/");
  });

  it.each([
    ["a secret of another app", { more: { appSecrets: ["not_the_secret_0123456789"] } }, { app: "broken" }],
    ["a token of nobody", { more: { accessToken: "EAAG-of-nobody" } }, { token: "broken", number: undefined }],
    ["a number that is not there", { config: { phoneNumberId: "4" } }, { number: "broken" }],
    ["an account that is not there", { config: { wabaId: "5" } }, { waba: "broken" }],
    ["no app id", { config: { appId: undefined } }, { app: "manual", fields: "manual", webhook: "fixed" }],
    ["a template that is not there", { config: { template: { name: "x" } } }, { template: "manual" }],
  ])(
    "says what is wrong: %s",
    async (_, { config = {}, more = {} }: Record<string, Record<string, unknown>>, expected) => {
      account = accountWith(config, more);
      const found = states(await connect());
      for (const [id, state] of Object.entries(expected)) {
        if (state !== undefined) expect(found[id], id).toBe(state);
      }
    },
  );

  it("says so when the number is not registered, and when Meta cannot reach us", async () => {
    number.status = "PENDING";
    account = { ...accountWith({}), webhookUrl: "http://127.0.0.1:1/webhooks/whatsapp/chn_1" };
    const report = await connect();
    expect(states(report)).toMatchObject({ number: "broken", webhook: "broken" });
    expect(isConnected(report)).toBe(false);
  });

  it("says everything twice, in Spanish and in English, and no secret in either", async () => {
    account = accountWith({}, { accessToken: "EAAG-of-nobody" });
    const report = await connect();
    for (const { title, help } of report.checks)
      for (const text of [title, help]) if (text) expect(text.es).not.toBe(text.en);
    const all = JSON.stringify(report);
    for (const secret of ["EAAG", ...secrets.appSecrets, ...secrets.verifyTokens]) expect(all).not.toContain(secret);
  });

  it("does not fall over when nobody answers", async () => {
    account = accountWith({ apiUrl: "http://127.0.0.1:1" });
    expect(isConnected(await connect())).toBe(false);
  });
});

describe("disconnecting", () => {
  it("takes our address away and nothing else", async () => {
    await connect();
    expect(await whatsapp.disconnect?.(account, context())).toMatchObject({
      checks: [{ id: "webhook", state: "fixed" }],
    });
    expect(number.callback).toBeNull();
    expect([...(meta.world.wabaApps.get("1022") ?? [])]).toEqual(["900"]);
    expect(await whatsapp.disconnect?.(account, context())).toMatchObject({ checks: [{ state: "ok" }] });
  });

  it("leaves an address that is not ours", async () => {
    number.callback = "https://elsewhere.example/";
    await whatsapp.disconnect?.(account, context());
    expect(number.callback).toBe("https://elsewhere.example/");
  });
});
