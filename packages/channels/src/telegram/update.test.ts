import { readFileSync } from "node:fs";
import type { InboundEvent } from "@charla/domain/inbound";
import { newId } from "@charla/domain/ids";
import { describe, expect, it } from "vitest";
import type { ParsedWebhook } from "../contract.ts";
import { newSecretToken, type TelegramAccount, TelegramConfig, TelegramSecrets } from "./account.ts";
import { verifySecretToken } from "./secret-token.ts";
import { ALLOWED_UPDATES, acknowledgeTelegram, parseTelegramWebhook } from "./update.ts";

const now = 1_753_164_500_000;
const botToken = "1:AAHdqTcvCH1vGWJxfSeofSAs0K5PALDsaw1";
const secretTokens = [newSecretToken(), newSecretToken()];

function account(config: Record<string, unknown> = {}): TelegramAccount {
  return {
    id: newId("channel"),
    tenantId: newId("tenant"),
    webhookUrl: "https://charla.example/webhooks/telegram/chn_1",
    config: TelegramConfig.parse({ botUsername: "my_bot", ...config }),
    secrets: TelegramSecrets.parse({ botToken, secretTokens }),
  };
}

const parse = (update: unknown, config?: Record<string, unknown>): ParsedWebhook =>
  parseTelegramWebhook({ rawBody: new TextEncoder().encode(JSON.stringify(update)) }, account(config), now);

const eventsOf = (parsed: ParsedWebhook): InboundEvent[] => parsed.arrivals.flatMap(({ events }) => events);

const ada = { id: 100_000_001, is_bot: false, first_name: "Ada" };
const group = { id: -1_001_234_567_890, title: "Equipo", type: "supergroup" };
const inGroup = (more: object): object => ({
  update_id: 1,
  message: { message_id: 5, from: ada, chat: group, date: 1_753_164_384, ...more },
});

describe("groups", () => {
  const talk = inGroup({ text: "¿comemos?" });

  it.each([
    ["addressed", 0],
    ["all", 1],
    ["off", 0],
  ])("with groups %s talk among people makes %i messages", (groups, count) => {
    expect(parse(talk, { groups }).arrivals).toHaveLength(count);
    expect(parse(talk, { groups }).ignored ?? 0).toBe(1 - count);
  });

  it("reads every recorded message as its vector says once everything is asked for", () => {
    const path = new URL("../../fixtures/telegram/vectors.json", import.meta.url);
    const cases: { name: string; body: string }[] = JSON.parse(readFileSync(path, "utf8"));
    const topic = cases.find(({ name }) => name === "forum topic message");
    const parsed = parse(JSON.parse(topic?.body ?? ""), { groups: "all" });
    expect(parsed.arrivals).toMatchObject([
      { thread: "-1001234567890:42", events: [{ kind: "message", text: "hi", sender: { name: "Ada" } }] },
    ]);
  });

  it("counts offsets in UTF-16 units, so an emoji before the name moves it by two", () => {
    const mention = { type: "mention", offset: 3, length: 7 };
    expect(parse(inGroup({ text: "😀 @My_Bot hola", entities: [mention] })).arrivals).toHaveLength(1);
    const other = { type: "mention", offset: 2, length: 7 };
    expect(parse(inGroup({ text: "😀 @my_bot hola", entities: [other] })).ignored).toBe(1);
  });

  it("hears a mention in a caption and a mention without a username", () => {
    const photo = [{ file_id: "A", file_unique_id: "U", width: 1, height: 1 }];
    const caption = {
      caption: "@my_bot ¿qué es?",
      caption_entities: [{ type: "mention", offset: 0, length: 7 }],
      photo,
    };
    expect(eventsOf(parse(inGroup(caption)))).toMatchObject([{ media: [{ type: "image", ref: "A" }] }]);
    const user = { id: 1, is_bot: true, first_name: "Bot" };
    const named = { text: "Bot, hola", entities: [{ type: "text_mention", offset: 0, length: 3, user }] };
    expect(parse(inGroup(named)).arrivals).toHaveLength(1);
  });

  it("takes the notice that opened a topic for no reply to the bot", () => {
    const notice = { message_id: 1, from: { id: 1, is_bot: true }, forum_topic_created: { name: "Pedidos" } };
    expect(parse(inGroup({ text: "hola", reply_to_message: notice })).ignored).toBe(1);
  });

  it("says who of the group wrote, also behind the mask of an administrator", () => {
    const anonymous = { sender_chat: group, from: { id: 1_087_968_824, is_bot: true, first_name: "Group" } };
    const parsed = parse(inGroup({ ...anonymous, text: "hola" }), { groups: "all" });
    expect(eventsOf(parsed)).toMatchObject([{ sender: { address: "-1001234567890", name: "Equipo" } }]);
  });

  it("keeps apart the threads of a topic, of its group and of a business chat", () => {
    const inTopic = inGroup({ text: "hola", message_thread_id: 42, is_topic_message: true });
    // Without topics the same number names a chain of replies, which is no thread of its own.
    const inChain = inGroup({ text: "hola", message_thread_id: 42 });
    const threads = [inTopic, inChain].map((update) => parse(update, { groups: "all" }).arrivals[0]?.thread);
    expect(threads).toEqual(["-1001234567890:42", "-1001234567890"]);
  });
});

describe("what is not a message of a person", () => {
  it("asks the vendor for exactly the kinds that it reads", () => {
    expect(ALLOWED_UPDATES).toContain("message_reaction");
    expect(ALLOWED_UPDATES).not.toContain("channel_post");
  });

  it.each(["STOP", "stop.", "/stop", "baja"])("stops writing to who says %s, and to nobody in a group", (text) => {
    const chat = { id: ada.id, type: "private", first_name: "Ada" };
    const message = { message_id: 5, from: ada, chat, date: 1_753_164_384, text };
    expect(eventsOf(parse({ update_id: 1, message }))).toMatchObject([{ kind: "opt_out", why: "asked" }]);
    expect(eventsOf(parse(inGroup({ text }), { groups: "all" }))).toMatchObject([{ kind: "message", text }]);
  });

  it("refuses a business connection that would not fit the name of a thread", () => {
    const chat = { id: ada.id, type: "private", first_name: "Ada" };
    const message = { message_id: 5, from: ada, chat, date: 1_753_164_384, text: "hola" };
    for (const business_connection_id of ["", "a b", "x".repeat(129), 7, undefined]) {
      const parsed = parse({ update_id: 1, business_message: { ...message, business_connection_id } });
      expect(parsed.rejected).toMatchObject([{ reason: "invalid_business_connection" }]);
    }
  });

  it.each([{}, { update_id: "1" }, { update_id: 1.5 }, { message: {} }])("says that %j is no update", (body) => {
    expect(() => parse(body)).toThrow("not an update");
  });
});

describe("the answer to the webhook", () => {
  const tap = {
    update_id: 9,
    callback_query: {
      id: "4382bfdwdsb323b2d9",
      from: ada,
      chat_instance: "-1",
      data: "talla:m",
      message: { message_id: 20, chat: { id: ada.id, type: "private", first_name: "Ada" }, date: 0 },
    },
  };

  it("answers a tap by itself, so that the key stops turning", async () => {
    const answer = acknowledgeTelegram(parse(tap));
    expect(answer.headers.get("content-type")).toContain("application/json");
    expect(await answer.json()).toEqual({ method: "answerCallbackQuery", callback_query_id: "4382bfdwdsb323b2d9" });
  });

  it("is empty for all else: whatever it said would be taken for a call", async () => {
    const answer = acknowledgeTelegram(parse(inGroup({ text: "hola" }), { groups: "all" }));
    expect([answer.status, await answer.text()]).toEqual([200, ""]);
  });
});

describe("the secret token", () => {
  const verify = (token: string): ReturnType<typeof verifySecretToken> =>
    verifySecretToken({ headers: new Headers({ "x-telegram-bot-api-secret-token": token }) }, account());

  it("is valid as the current and as the one before, and as nothing else", async () => {
    const [current = "", before = ""] = secretTokens;
    expect(await verify(current)).toEqual({ ok: true });
    expect(await verify(before)).toEqual({ ok: true });
    for (const wrong of ["", current.slice(1), current + current, current.toLowerCase(), newSecretToken()]) {
      expect(await verify(wrong)).toMatchObject({ ok: false, status: 401 });
    }
  });
});
