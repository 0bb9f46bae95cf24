import { createHmac } from "node:crypto";
import { describe, expect, it } from "vitest";
import type { ParsedWebhook, WebhookRequest } from "../contract.ts";
import { channels } from "../registry.ts";
import { type SlackAccount, SlackConfig } from "./account.ts";
import { parseSlackWebhook } from "./parse.ts";
import { readSlackText } from "./read-text.ts";
import { verifySlack } from "./signature.ts";

const { slack } = channels;

const now = 1_790_000_100_000;
const encoder = new TextEncoder();
const json = { "content-type": "application/json" };

function accountOf(channels: SlackConfig["channels"], learnt: Record<string, unknown> = {}): SlackAccount {
  return {
    id: "chn_1",
    tenantId: "ten_1",
    webhookUrl: "https://charla.example/webhooks/slack/chn_1",
    config: SlackConfig.parse({ channels, ...learnt }),
    secrets: { botToken: "xoxb-000000000000-x", signingSecrets: ["a".repeat(32), "b".repeat(32)] },
  };
}

function requestOf(body: unknown, headers: Record<string, string> = json): WebhookRequest {
  const url = "https://charla.example/webhooks/slack/chn_1";
  const rawBody = encoder.encode(typeof body === "string" ? body : JSON.stringify(body));
  return { method: "POST", url: new URL(url), publicUrl: url, headers: new Headers(headers), rawBody };
}

const inChannel = (event: object, more: object = {}): unknown => ({
  type: "event_callback",
  team_id: "T0TEAM",
  event: {
    type: "message",
    user: "U0ADA",
    ts: "1790000026.000100",
    channel: "C0CH",
    channel_type: "channel",
    ...event,
  },
  authorizations: [{ team_id: "T0TEAM", user_id: "U0BOT", is_bot: true }],
  ...more,
});
const parse = (body: unknown, channels: SlackConfig["channels"] = "addressed"): ParsedWebhook =>
  parseSlackWebhook(requestOf(body), accountOf(channels), now);

describe("channels", () => {
  const thread = { thread_ts: "1790000020.000100" };
  const cases: [string, object, SlackConfig["channels"][]][] = [
    ["talk among people", { text: "¿comemos?" }, ["all"]],
    ["a mention", { text: "oye <@U0BOT>, ¿abrís?" }, ["addressed", "threads", "all"]],
    ["a mention of somebody else", { text: "<@U0EVA> ¿vienes?" }, ["all"]],
    ["a reply in a thread of people", { text: "vale", ...thread, parent_user_id: "U0EVA" }, ["threads", "all"]],
    [
      "a reply in a thread of the bot's",
      { text: "vale", ...thread, parent_user_id: "U0BOT" },
      ["addressed", "threads", "all"],
    ],
    ["a direct message", { text: "hola", channel: "D0DM", channel_type: "im" }, ["addressed", "threads", "all", "off"]],
  ];
  it.each(cases)("%s is read where it is asked for", (_, event, readBy) => {
    for (const channels of ["addressed", "threads", "all", "off"] as const) {
      const parsed = parse(inChannel(event), channels);
      expect(parsed.arrivals.length, channels).toBe(readBy.includes(channels) ? 1 : 0);
      expect(parsed.ignored ?? 0, channels).toBe(readBy.includes(channels) ? 0 : 1);
    }
  });

  it("a reply in a thread counts only where the agent takes part in it already, if nothing says that it does", () => {
    const reply = (event: object) => parse(inChannel({ text: "vale", ...thread, ...event }), "threads").arrivals[0];
    expect(reply({ parent_user_id: "U0EVA" })).toMatchObject({ ifBegun: true });
    expect(reply({ parent_user_id: "U0EVA", text: "vale, <@U0BOT>" })).not.toHaveProperty("ifBegun");
    expect(reply({ parent_user_id: "U0BOT" })).not.toHaveProperty("ifBegun");
    const edit = {
      subtype: "message_changed",
      message: { user: "U0ADA", text: "b", edited: {}, ts: "1790000026.000100" },
    };
    const changed = { ...edit, previous_message: { text: "a" }, text: undefined };
    expect(parse(inChannel(changed), "threads").arrivals).toEqual([]);
    const inThread = { ...changed, message: { ...edit.message, ...thread } };
    expect(parse(inChannel(inThread), "threads").arrivals[0]).toMatchObject({ ifBegun: true });
    expect(parse(inChannel({ text: "vale", ...thread }), "all").arrivals[0]).not.toHaveProperty("ifBegun");
  });

  it("a mention delivered as two kinds of event is one message of one thread", () => {
    const message = parse(inChannel({ text: "<@U0BOT> hola", client_msg_id: "x" }, { event_id: "Ev1" }));
    const mention = parse(
      inChannel({ type: "app_mention", text: "<@U0BOT> hola", channel_type: undefined }, { event_id: "Ev2" }),
    );
    expect(mention).toEqual(message);
    expect(message.arrivals).toMatchObject([
      {
        thread: "T0TEAM:C0CH:1790000026.000100",
        contact: { address: "C0CH" },
        events: [{ text: "hola", sender: { address: "U0ADA" } }],
      },
    ]);
  });

  it("knows the bot from what was learnt where the event does not name it", () => {
    const body = inChannel({ text: "<@U0BOT> hola" }, { authorizations: undefined });
    expect(parseSlackWebhook(requestOf(body), accountOf("addressed"), now).arrivals).toHaveLength(0);
    const learnt = accountOf("addressed", { botUserId: "U0BOT" });
    expect(parseSlackWebhook(requestOf(body), learnt, now).arrivals).toHaveLength(1);
  });

  it.each([
    ["of its own", { user: "U0BOT", text: "<@U0BOT>" }],
    ["of another app", { bot_id: "B0X", text: "<@U0BOT>" }],
    ["of an old integration", { subtype: "bot_message", user: undefined, text: "<@U0BOT>" }],
  ])("hears no bot: not one %s", (_, event) => {
    expect(parse(inChannel(event), "all")).toEqual({ arrivals: [], rejected: [], ignored: 1 });
  });
});

describe("text", () => {
  it.each([
    ["<@U0BOT> ¿abrís?", "¿abrís?"],
    ["<@U0BOT>", "@bot"],
    ["a &lt;b&gt; &amp;amp; c", "a <b> &amp; c"],
    ["<https://x.example/?a=1&amp;b=2>", "https://x.example/?a=1&b=2"],
    ["<https://x.example|la tienda>", "la tienda (https://x.example)"],
    ["<mailto:a@x.example|a@x.example>", "a@x.example"],
    ["<!here> <!date^1^{date}|ayer> <#C1|general> <@U1|eva> <@U2>", "@here ayer #general @eva @U2"],
    ["1 < 2 > 0", "1 < 2 > 0"],
  ])("%j is read as %j", (text, expected) => expect(readSlackText(text, "U0BOT")).toBe(expected));
});

describe("the address", () => {
  it("is confirmed with what was sent, and only for the question that is asked", async () => {
    const challenge = "3eZbrw1aBm2rZgRNFdxV";
    const asked = await slack.handshake?.(requestOf({ type: "url_verification", challenge }), accountOf("addressed"));
    expect([asked?.status, await asked?.text()]).toEqual([200, challenge]);
    for (const body of [{ type: "event_callback", challenge }, "{", { type: "url_verification", challenge: 7 }]) {
      expect(await slack.handshake?.(requestOf(body), accountOf("addressed"))).toBeNull();
    }
    expect(await slack.handshake?.({ ...requestOf({}), method: "GET" }, accountOf("addressed"))).toBeNull();
  });
});

describe("the signature", () => {
  const body = JSON.stringify(inChannel({ text: "hola" }));
  const signed = (secret: string, at: number): WebhookRequest => {
    const timestamp = String(Math.floor(at / 1000));
    const mac = createHmac("sha256", secret).update(`v0:${timestamp}:${body}`).digest("hex");
    return requestOf(body, { ...json, "x-slack-request-timestamp": timestamp, "x-slack-signature": `v0=${mac}` });
  };
  it.each([
    ["the current secret", "a".repeat(32), 0, true],
    ["the secret before", "b".repeat(32), 0, true],
    ["a stranger's secret", "c".repeat(32), 0, false],
    ["a time at the edge", "a".repeat(32), -300_000, true],
    ["a time beyond it", "a".repeat(32), -301_000, false],
    ["a time to come", "a".repeat(32), 301_000, false],
  ])("with %s is judged rightly", async (_, secret, offset, ok) => {
    expect((await verifySlack(signed(secret, now + offset), accountOf("addressed"), now)).ok).toBe(ok);
  });
});
