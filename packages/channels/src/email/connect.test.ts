import { PostmarkAccount } from "@charla/testkit/vendors/mail/postmark/account";
import { PostmarkServer } from "@charla/testkit/vendors/mail/postmark/server";
import { ResendServer } from "@charla/testkit/vendors/mail/resend/server";
import { ResendTeam } from "@charla/testkit/vendors/mail/resend/team";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { cloudflare, emailAccount, NOW } from "../../test/email-account.ts";
import { type ConnectContext, type ConnectReport, isConnected } from "../connect.ts";
import { isSigningSecret } from "../standard-webhooks.ts";
import { EmailConfig, type EmailAccount } from "./account.ts";
import { connectEmail, disconnectEmail } from "./setup.ts";

let resend: ResendServer;
let postmark: PostmarkServer;
beforeAll(async () => {
  resend = await ResendServer.start();
  postmark = await PostmarkServer.start();
});
afterAll(async () => {
  expect([...resend.problems, ...postmark.problems]).toEqual([]);
  await Promise.all([resend.close(), postmark.close()]);
});

const context: ConnectContext = {
  fetch: (input, init) => fetch(input, init),
  now: NOW,
  signal: new AbortController().signal,
};
const statesOf = ({ checks }: ConnectReport): Record<string, string> =>
  Object.fromEntries(checks.map(({ id, state }) => [id, state]));

describe("Resend", () => {
  const accountOf = (team: ResendTeam, signingSecrets: string[] = []): EmailAccount =>
    emailAccount({ name: "resend", apiUrl: resend.url }, {}, { apiKey: team.key, signingSecrets });

  it("is set up once, and found right when it is looked at again", async () => {
    const team = resend.admit(new ResendTeam());
    team.addDomain("example.com");
    const first = await connectEmail(accountOf(team), context);
    expect(statesOf(first)).toEqual({ key: "ok", domain: "ok", receiving: "ok", webhook: "fixed" });
    const secret = team.hooks[0]?.signing_secret ?? "";
    expect(isSigningSecret(secret)).toBe(true);
    expect(first.learntSecrets).toEqual({ signingSecrets: [secret] });
    expect(team.hooks).toMatchObject([{ endpoint: accountOf(team).webhookUrl, status: "enabled" }]);
    expect(team.hooks[0]?.events).toContain("email.received");

    const again = await connectEmail(accountOf(team, [secret]), context);
    expect(statesOf(again)).toEqual({ key: "ok", domain: "ok", receiving: "ok", webhook: "ok" });
    expect(again).not.toHaveProperty("learntSecrets");
    expect(team.hooks).toHaveLength(1);
  });

  it("is mended where somebody switched it off, and its secret is asked for where it was lost", async () => {
    const team = resend.admit(new ResendTeam());
    team.addDomain("example.com");
    const hook = team.addHook(accountOf(team).webhookUrl, ["email.opened"]);
    hook.status = "disabled";
    const report = await connectEmail(accountOf(team), context);
    expect(statesOf(report)).toMatchObject({ webhook: "fixed" });
    expect(report.learntSecrets).toEqual({ signingSecrets: [hook.signing_secret] });
    expect(hook).toMatchObject({
      status: "enabled",
      events: expect.arrayContaining(["email.opened", "email.received"]),
    });
  });

  it.each([
    ["a key that is wrong", (team: ResendTeam) => void Object.assign(team, { key: "re_wrong_key" }), "key"],
    ["a key that may only send", (team: ResendTeam) => void (team.sendsOnly = true), "key"],
    ["a domain that is missing", () => undefined, "domain"],
    ["a domain that is not verified", (team: ResendTeam) => team.addDomain("example.com", "pending"), "domain"],
  ])("says in both languages what to do about %s", async (_, spoil, id) => {
    const team = resend.admit(new ResendTeam());
    spoil(team);
    const report = await connectEmail(accountOf(team), context);
    expect(isConnected(report)).toBe(false);
    const check = report.checks.find((one) => one.id === id);
    expect(check).toMatchObject({ state: "broken" });
    expect(check?.help?.es).toMatch(/Resend/);
    expect(check?.help?.en).toMatch(/Resend/);
  });

  it("lets go of its webhook and of nobody else's", async () => {
    const team = resend.admit(new ResendTeam());
    const other = team.addHook("https://other.example/hook", ["email.sent"]);
    team.addHook(accountOf(team).webhookUrl, ["email.received"]);
    expect(statesOf(await disconnectEmail(accountOf(team), context))).toEqual({ webhook: "fixed" });
    expect(statesOf(await disconnectEmail(accountOf(team), context))).toEqual({ webhook: "ok" });
    expect(team.hooks).toEqual([other]);
  });
});

describe("Postmark", () => {
  const accountOf = (shop: PostmarkAccount): EmailAccount =>
    emailAccount({ name: "postmark", apiUrl: postmark.url, messageStream: "outbound" }, {}, { apiKey: shop.token });

  it("is told where mail goes, with the word that proves it", async () => {
    const shop = postmark.admit(new PostmarkAccount("example.com"));
    const report = await connectEmail(accountOf(shop), context);
    expect(statesOf(report)).toEqual({
      token: "ok",
      inbound: "fixed",
      inbox: "manual",
      events: "fixed",
      sender: "manual",
    });
    expect(isConnected(report)).toBe(true);
    const url = new URL(shop.inboundHookUrl);
    expect([url.username, url.password]).toEqual(["charla", "synthetic_password_1"]);
    expect(shop.hooks).toMatchObject([
      { Url: accountOf(shop).webhookUrl, HttpAuth: { Username: "charla", Password: "synthetic_password_1" } },
    ]);
    // The address that Postmark gives has room for our code.
    expect(report.learnt).toEqual({ replyAddress: shop.inboundAddress });
    expect(EmailConfig.safeParse({ ...accountOf(shop).config, ...report.learnt }).success).toBe(true);

    const again = statesOf(await connectEmail(accountOf(shop), context));
    expect(again).toMatchObject({ inbound: "ok", events: "ok" });
    expect(shop.hooks).toHaveLength(1);
  });

  it("needs no other address where it takes the domain's mail", async () => {
    const shop = postmark.admit(new PostmarkAccount("example.com"));
    shop.inboundDomain = "example.com";
    const report = await connectEmail(accountOf(shop), context);
    expect(statesOf(report)).toMatchObject({ inbox: "ok" });
    expect(report.learnt).toEqual({});
  });

  it("refuses a token that is wrong, and says where the right one is", async () => {
    const report = await connectEmail(accountOf(new PostmarkAccount()), context);
    expect(statesOf(report)).toEqual({ token: "broken" });
    expect(report.checks[0]?.help?.es).toContain("API Tokens");
  });

  it("is let go of, unless it delivers elsewhere by now", async () => {
    const shop = postmark.admit(new PostmarkAccount("example.com"));
    await connectEmail(accountOf(shop), context);
    expect(statesOf(await disconnectEmail(accountOf(shop), context))).toEqual({ inbound: "fixed" });
    expect([shop.inboundHookUrl, shop.hooks]).toEqual(["", []]);
    shop.inboundHookUrl = "https://other.example/in";
    expect(statesOf(await disconnectEmail(accountOf(shop), context))).toEqual({ inbound: "ok" });
    expect(shop.inboundHookUrl).toBe("https://other.example/in");
  });
});

it("says of Cloudflare what only its operator can do", async () => {
  const report = await connectEmail(cloudflare, context);
  expect(statesOf(report)).toEqual({ routing: "manual", subaddressing: "manual", sending: "manual" });
  expect(isConnected(report)).toBe(true);
  expect(statesOf(await disconnectEmail(cloudflare, context))).toEqual({ routing: "manual" });
});

it("reports a vendor that cannot be reached instead of failing", async () => {
  const lost: ConnectContext = { ...context, fetch: () => Promise.reject(new TypeError("Network connection lost.")) };
  for (const name of ["resend", "postmark"] as const) {
    const account = emailAccount(
      name === "resend" ? { name, apiUrl: resend.url } : { name, apiUrl: postmark.url, messageStream: "x" },
    );
    expect(isConnected(await connectEmail(account, lost))).toBe(false);
    expect(isConnected(await disconnectEmail(account, lost))).toBe(false);
  }
});
