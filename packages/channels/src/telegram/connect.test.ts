import { newId } from "@charla/domain/ids";
import type { UserFromGetMe } from "grammy/types";
import { newUser, privateChat } from "@charla/testkit/vendors/telegram/phone";
import { TelegramServer } from "@charla/testkit/vendors/telegram/server";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type ConnectReport, isConnected } from "../connect.ts";
import { newSecretToken, type TelegramAccount, TelegramConfig } from "./account.ts";
import { connectTelegram, disconnectTelegram } from "./connect.ts";
import { openTelegramFile } from "./media.ts";

let server: TelegramServer;
beforeAll(async () => {
  server = await TelegramServer.start();
});
afterAll(async () => {
  expect(server.problems).toEqual([]);
  await server.close();
});

const now = Date.now();
const context = { fetch, now, signal: AbortSignal.timeout(30_000) };

function accountOf(botToken: string, config: Record<string, unknown> = {}): TelegramAccount {
  return {
    id: newId("channel"),
    tenantId: newId("tenant"),
    webhookUrl: "https://charla.example/webhooks/telegram/chn_1",
    config: TelegramConfig.parse({ apiUrl: `${server.apiUrl}/`, ...config }),
    secrets: { botToken, secretTokens: [newSecretToken(), newSecretToken()] },
  };
}

const states = ({ checks }: ConnectReport): Record<string, string> =>
  Object.fromEntries(checks.map(({ id, state }) => [id, state]));

describe("connecting", () => {
  it("takes the bot over, says who it is, and finds nothing to do the second time", async () => {
    const bot = server.newBot("tienda_bot");
    const account = accountOf(bot.token, { maxConnections: 7 });
    const first = await connectTelegram(account, context);
    expect(states(first)).toEqual({ token: "ok", webhook: "fixed", deliveries: "ok", groups: "ok" });
    expect(isConnected(first)).toBe(true);
    expect(first.facts).toEqual({ name: "tienda_bot", username: "@tienda_bot", link: "https://t.me/tienda_bot" });
    expect(first.learnt).toEqual({ botUsername: "tienda_bot" });
    expect(bot.webhook).toMatchObject({
      url: account.webhookUrl,
      secret: account.secrets.secretTokens[0],
      connections: 7,
    });
    expect(bot.webhook?.allowed).toEqual(expect.arrayContaining(["message", "message_reaction", "my_chat_member"]));
    expect(states(await connectTelegram(account, context))["webhook"]).toBe("ok");
  });

  it("tells the vendor the newest of two tokens after a rotation", async () => {
    const bot = server.newBot("tienda_bot");
    const account = accountOf(bot.token);
    await connectTelegram(account, context);
    const secretTokens = [newSecretToken(), account.secrets.secretTokens[0] ?? ""];
    await connectTelegram({ ...account, secrets: { ...account.secrets, secretTokens } }, context);
    expect(bot.webhook?.secret).toBe(secretTokens[0]);
  });

  it.each([
    ["a token that nobody has", { botToken: "9:AAHdqTcvCH1vGWJxfSeofSAs0K5PALDsaw9" }, "token", "@BotFather"],
    ["an address without https", { webhookUrl: "http://charla.example/x" }, "webhook", "https"],
    ["a port that the vendor does not call", { webhookUrl: "https://charla.example:8787/x" }, "webhook", "8443"],
  ])(
    "says what is wrong with %s and how to mend it",
    async (_, { botToken, ...change }: Record<string, string>, id, hint) => {
      const account = { ...accountOf(botToken ?? server.newBot("tienda_bot").token), ...change };
      const report = await connectTelegram(account, context);
      expect(isConnected(report)).toBe(false);
      const broken = report.checks.find(({ state }) => state === "broken");
      expect(broken?.id).toBe(id);
      expect(broken?.help?.es).toContain(hint);
      expect(broken?.help?.en).toContain(hint);
      expect(JSON.stringify(report)).not.toContain(account.secrets.botToken.slice(4));
    },
  );

  it.each<[string, Partial<UserFromGetMe>, string, string]>([
    ["a bot that may not join groups", { can_join_groups: false }, "addressed", "manual"],
    ["a bot that hears only what is said to it, where it should hear all", {}, "all", "manual"],
    ["a bot that hears everything", { can_read_all_group_messages: true }, "all", "ok"],
    ["a bot for private chats only", { can_join_groups: false }, "off", "absent"],
  ])("judges %s by what was asked for", async (_, me, groups, state) => {
    const bot = server.newBot("tienda_bot", me);
    const report = await connectTelegram(accountOf(bot.token, { groups }), context);
    expect(states(report)["groups"] ?? "absent").toBe(state);
    expect(isConnected(report)).toBe(true);
  });

  it("shows what the vendor says about deliveries that failed just now", async () => {
    const bot = server.newBot("tienda_bot");
    const account = accountOf(bot.token);
    await connectTelegram(account, context);
    bot.lastError = { at: now - 60_000, message: "Wrong response from the webhook: 502 Bad Gateway" };
    const { checks } = await connectTelegram(account, context);
    const deliveries = checks.find(({ id }) => id === "deliveries");
    expect(deliveries).toMatchObject({ state: "manual" });
    expect(deliveries?.help?.es).toContain("502 Bad Gateway");
    bot.lastError.at = now - 3_600_000;
    expect(states(await connectTelegram(account, context))["deliveries"]).toBe("ok");
  });
});

describe("disconnecting", () => {
  it("ends the deliveries, and is done when there are none", async () => {
    const bot = server.newBot("tienda_bot");
    const account = accountOf(bot.token);
    await connectTelegram(account, context);
    expect(states(await disconnectTelegram(account, context))).toEqual({ webhook: "fixed" });
    expect(bot.webhook).toBeNull();
    expect(states(await disconnectTelegram(account, context))).toEqual({ webhook: "ok" });
  });

  it("leaves a bot alone that by now delivers elsewhere, and forgets one whose token is void", async () => {
    const bot = server.newBot("tienda_bot");
    await connectTelegram({ ...accountOf(bot.token), webhookUrl: "https://other.example/hook" }, context);
    expect(states(await disconnectTelegram(accountOf(bot.token), context))).toEqual({ webhook: "ok" });
    expect(bot.webhook?.url).toBe("https://other.example/hook");
    const void_ = accountOf("9:AAHdqTcvCH1vGWJxfSeofSAs0K5PALDsaw9");
    expect(isConnected(await disconnectTelegram(void_, context))).toBe(true);
  });
});

describe("files", () => {
  it("come whole through the vendor's two steps, and nothing says where from", async () => {
    const phone = privateChat(server, server.newBot("tienda_bot"), newUser("Lucía"));
    const bytes = Buffer.from([0, 255, 128, 10, 13]);
    const { id } = phone.bot.keep(bytes, "voice", "oga");
    const opened = await openTelegramFile(
      { type: "voice", ref: id, mime: "audio/ogg" },
      accountOf(phone.bot.token),
      context,
    );
    if (!opened.ok) throw new Error(opened.message);
    expect(opened).toMatchObject({ mime: "audio/ogg", size: 5 });
    expect(Buffer.from(await new Response(opened.body).arrayBuffer())).toEqual(bytes);
    expect(JSON.stringify(opened)).not.toContain(phone.bot.token);
  });

  it.each([
    ["known to be over 20 MB", { size: 20 * 1024 * 1024 + 1 }, "too_large"],
    ["that the vendor no longer knows", {}, "gone"],
  ])("that are %s are %s", async (_, more, expected) => {
    const account = accountOf(server.newBot("tienda_bot").token);
    const media = { type: "document" as const, ref: "BQAC9", ...more };
    expect(await openTelegramFile(media, account, context)).toMatchObject({ ok: false, class: expected });
  });

  it("turn out too large only when the vendor says so", async () => {
    const bot = server.newBot("tienda_bot");
    const { id } = bot.keep(Buffer.alloc(20 * 1024 * 1024 + 1), "videos", "mp4");
    const media = { type: "video" as const, ref: id };
    expect(await openTelegramFile(media, accountOf(bot.token), context)).toMatchObject({ class: "too_large" });
  });

  it.each(["/var/lib/bot/a.oga", "../../secret", "https://evil.example/a", "a//b", "voice/..", ""])(
    "are not looked for under %s",
    async (file_path) => {
      const asked: string[] = [];
      const answering: typeof fetch = async (input) => {
        asked.push(new Request(input).url);
        return Response.json({ ok: true, result: { file_id: "x", file_path } });
      };
      const opened = await openTelegramFile({ type: "voice", ref: "x" }, accountOf("1:x"), {
        ...context,
        fetch: answering,
      });
      expect(opened).toMatchObject({ ok: false, class: "denied" });
      expect(asked).toHaveLength(1);
    },
  );

  it.each([
    [404, "gone"],
    [302, "denied"],
    [500, "transient"],
  ])("whose download is answered %i are %s, and no redirect is followed", async (status, expected) => {
    const answering: typeof fetch = async (input, init) => {
      expect(init?.redirect).toBe("manual");
      const isLink = new Request(input).url.endsWith("/getFile");
      return isLink
        ? Response.json({ ok: true, result: { file_id: "x", file_path: "voice/file_1.oga" } })
        : new Response(null, { status, headers: { location: "https://evil.example/" } });
    };
    const opened = await openTelegramFile({ type: "voice", ref: "x" }, accountOf("1:x"), {
      ...context,
      fetch: answering,
    });
    expect(opened).toMatchObject({ ok: false, class: expected });
  });
});
