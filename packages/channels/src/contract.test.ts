import { existsSync, readdirSync, readFileSync } from "node:fs";
import { isAppError } from "@charla/domain/errors";
import { MAX_OBJECT_NAME_BYTES, objectNameOf } from "@charla/domain/inbound";
import { newId } from "@charla/domain/ids";
import { describe, expect, it } from "vitest";
import * as z from "zod";
import type { Account, Channel, Outgoing, SendResult, WebhookRequest } from "./contract.ts";
import { channelKinds, channelOf } from "./registry.ts";

/** The rules every channel keeps; a registry line without recorded webhooks fails here. */

const fixtures = new URL("../fixtures/", import.meta.url);
const encoder = new TextEncoder();

type Recorded = { name: string; headers: Record<string, string>; body: unknown; expected: unknown };
type RecordedAccount = { now: number; config: unknown; secrets: unknown };

const read = <T>(path: string): T => JSON.parse(readFileSync(new URL(path, fixtures), "utf8"));

function recordedOf(kind: string): Recorded[] {
  const folder = new URL(`${kind}/`, fixtures);
  if (!existsSync(folder)) return [];
  const names = readdirSync(folder).filter((name) => name.endsWith(".json") && name !== "account.json");
  return names.map((name) => read<Recorded>(`${kind}/${name}`));
}

const rawOf = ({ body }: Pick<Recorded, "body">): Uint8Array =>
  encoder.encode(typeof body === "string" ? body : JSON.stringify(body));

function requestOf(
  kind: string,
  recorded: Pick<Recorded, "headers" | "body">,
  change: Partial<WebhookRequest> = {},
): WebhookRequest {
  const publicUrl = `https://charla.example/webhooks/${kind}/chn_01k9zx7q2v8m4n6p0r5t3w1yab`;
  return {
    method: "POST",
    url: new URL(publicUrl),
    publicUrl,
    headers: new Headers(recorded.headers),
    rawBody: rawOf(recorded),
    ...change,
  };
}

function setUp(kind: string): { channel: Channel; account: Account; now: number } {
  const channel = channelOf(kind);
  if (channel === undefined) throw new Error(`${kind} is not in the registry`);
  const { now, config, secrets } = read<RecordedAccount>(`${kind}/account.json`);
  const parsed = { config: channel.configSchema.parse(config), secrets: channel.secretsSchema.parse(secrets) };
  const id = newId("channel");
  const webhookUrl = `https://charla.example/webhooks/${kind}/${id}`;
  return { channel, account: { id, tenantId: newId("tenant"), webhookUrl, ...parsed }, now };
}

describe.each(channelKinds)("channel %s", (kind) => {
  const { channel } = setUp(kind);

  it("is registered under its own kind, which fits a path", () => {
    expect(channel.kind).toBe(kind);
    expect(kind).toMatch(/^[a-z][a-z0-9_-]{0,31}$/);
    expect(channel.label.es).not.toBe("");
    expect(channel.label.en).not.toBe("");
  });

  it("describes its configuration and secrets as JSON Schema for forms", () => {
    expect(z.toJSONSchema(channel.configSchema, { io: "input" })).toHaveProperty("properties");
    expect(z.toJSONSchema(channel.secretsSchema, { io: "input" })).toHaveProperty("properties");
  });

  it("makes secrets that it accepts itself, never the same twice", () => {
    if (channel.generateSecrets === undefined) return;
    const made = channel.generateSecrets();
    expect(channel.secretsSchema.safeParse(made).success).toBe(true);
    expect(channel.generateSecrets()).not.toEqual(made);
  });

  it("cuts any answer into bubbles within its limits and loses no text", () => {
    const { maxText, maxBubbles } = channel.capabilities;
    const text = "Línea con emoji 👩‍👩‍👧‍👦 y más. ".repeat(Math.ceil((maxText * 2.5) / 28));
    const bubbles = channel.render({ text, buttons: [{ id: "a", title: "A" }] });
    expect(bubbles.length).toBeGreaterThan(1);
    expect(bubbles.length).toBeLessThanOrEqual(maxBubbles);
    for (const bubble of bubbles) {
      expect(bubble.text.length).toBeLessThanOrEqual(maxText);
      expect(bubble.text.isWellFormed()).toBe(true);
    }
    expect(
      bubbles
        .map((bubble) => bubble.text)
        .join("")
        .replaceAll(/\s/g, ""),
    ).toBe(text.replaceAll(/\s/g, ""));
    expect(channel.render({ text: "x".repeat(2_000_000) })).toHaveLength(maxBubbles);
  });

  it("either reads webhooks or sends by itself, and says so in full", () => {
    expect(channel.parse === undefined).toBe(channel.verify === undefined);
    expect(channel.contentTypes === undefined).toBe(channel.parse === undefined);
    expect(channel.send === undefined).toBe(channel.capabilities.ambiguous.tier === "own");
  });
});

const withWebhook = channelKinds.filter((kind) => channelOf(kind)?.parse !== undefined);
describe.each(withWebhook)("webhooks of %s", (kind) => {
  const { channel, account, now } = setUp(kind);
  const { parse, verify } = channel;
  const { tenantId } = account;
  const recorded = recordedOf(kind);
  it("has recorded webhooks that show a refused item, an unsupported type and a batch", () => {
    const expected = JSON.stringify(recorded.map((one) => one.expected));
    expect(expected).toContain('"unsupported"');
    expect(expected).toContain('"reason"');
    expect(
      recorded.some((one) => Array.isArray(one.expected) || JSON.stringify(one.expected).split('"thread"').length > 2),
    ).toBe(true);
  });

  it.each(recorded)("accepts and reads $name", async (one) => {
    expect(await verify?.(requestOf(kind, one), account, now)).toEqual({ ok: true });
    const parsed = parse?.(requestOf(kind, one), account, now);
    expect({ ...parsed, rejected: parsed?.rejected.map(({ index, reason }) => ({ index, reason })) }).toEqual(
      one.expected,
    );
    for (const arrival of parsed?.arrivals ?? []) {
      const name = objectNameOf({ tenantId, channelId: account.id, thread: arrival.thread });
      expect(encoder.encode(name).length).toBeLessThanOrEqual(MAX_OBJECT_NAME_BYTES);
    }
  });

  it.each(recorded)("gives the same ids when $name comes again", (one) => {
    const request = requestOf(kind, one);
    expect(parse?.(request, account, now + 60_000)).toEqual(parse?.(request, account, now));
  });

  it.each(recorded)("refuses $name with 401 when a header is missing, empty, short, long or changed", async (one) => {
    for (const name of Object.keys(one.headers)) {
      const value = one.headers[name] ?? "";
      const wrong = [
        undefined,
        "",
        "x",
        value.slice(0, -1),
        `${value}A`,
        value.replace(/.$/, (last) => (last === "1" ? "2" : "1")),
      ];
      for (const changed of wrong) {
        const headers = new Headers(one.headers);
        if (changed === undefined) headers.delete(name);
        else headers.set(name, changed);
        const verdict = await verify?.(requestOf(kind, one, { headers }), account, now);
        expect(verdict, `${name}: ${changed}`).toMatchObject({ ok: false, status: 401 });
      }
    }
  });

  it.each(recorded)("refuses $name when a byte of the body is not the signed one", async (one) => {
    const spaced = encoder.encode(`${new TextDecoder().decode(rawOf(one))} `);
    const again = encoder.encode(JSON.stringify(JSON.parse(new TextDecoder().decode(rawOf(one))), null, 1));
    for (const rawBody of [spaced, again, new Uint8Array(0)]) {
      expect(await verify?.(requestOf(kind, one, { rawBody }), account, now)).toMatchObject({ ok: false, status: 401 });
    }
  });

  it.each(recorded)("refuses $name on an account with other secrets", async (one) => {
    const other = { ...account, secrets: channel.secretsSchema.parse(channel.generateSecrets?.()) };
    expect(await verify?.(requestOf(kind, one), other, now)).toMatchObject({ ok: false, status: 401 });
  });

  it.each([
    ["nothing", ""],
    ["text", "hello"],
    ["a number", "1e400"],
    ["null", "null"],
    ["a list", "[]"],
    ["events that are no list", '{"events":{}}'],
    ["NaN", '{"a":NaN}'],
    ["depth of 100,000", "[".repeat(100_000) + "]".repeat(100_000)],
    ["depth in a list of events", `{"events":[${'{"a":'.repeat(5_000)}1${"}".repeat(5_000)}]}`],
    ["a prototype", '{"__proto__":{"polluted":1},"constructor":{"prototype":{"polluted":1}}}'],
    ["100,000 keys", `{${Array.from({ length: 100_000 }, (_, i) => `"k${i}":1`).join(",")}}`],
    ["a byte-order mark", "\ufeff{}"],
  ])("takes %s as a bad request or a refused item, and nothing else", (_, text) => {
    expectHarmless(() => parse?.(requestOf(kind, { headers: {}, body: text }), account, now));
  });

  it("takes bytes that are not UTF-8 as a bad request", () => {
    const request = requestOf(
      kind,
      { headers: {}, body: "" },
      { rawBody: new Uint8Array([0x7b, 0x22, 0xff, 0xfe, 0x22, 0x7d]) },
    );
    expect(() => parse?.(request, account, now)).toThrow("UTF-8");
  });
});

const withSend = channelKinds.filter((kind) => channelOf(kind)?.send !== undefined);
describe.each(withSend)("sending by %s", (kind) => {
  const { channel, account, now } = setUp(kind);
  const { send } = channel;
  const message: Outgoing = {
    id: newId("message"),
    thread: "order-77",
    contact: { address: "u-1" },
    bubble: { text: "Hola" },
    inReplyTo: ["evt-1"],
    author: "ai",
    turnId: newId("turn"),
    createdAt: now,
    tries: 0,
    conversationId: newId("conversation"),
    lastInboundAt: now,
  };
  const attempt = async (
    answer: typeof fetch,
    signal = new AbortController().signal,
  ): Promise<SendResult | undefined> => await send?.(message, account, { fetch: answer, now, signal });

  it.each([
    [429, "throttle"],
    [500, "transient"],
    [503, "transient"],
    [401, "auth"],
    [403, "auth"],
    [302, "invalid"],
  ])("tells the outbox that %i is %s", async (status, expected) => {
    const answer = new Response(null, {
      status,
      headers: { location: "https://elsewhere.example/", "retry-after": "3" },
    });
    const result = await attempt(async () => answer);
    expect(result).toMatchObject({ ok: false, class: expected });
    if (expected === "throttle") expect(result).toMatchObject({ retryAfterMs: 3000 });
  });

  it("follows no redirect and gives the signal on", async () => {
    let seen: RequestInit | undefined;
    await attempt(async (_, init) => {
      seen = init;
      return new Response("{}");
    });
    expect(seen?.redirect).toBe("manual");
    expect(seen?.signal).toBeInstanceOf(AbortSignal);
  });

  it("calls a time-out ambiguous and never throws", async () => {
    const controller = new AbortController();
    const pending = attempt(async (_, init) => {
      controller.abort();
      init?.signal?.throwIfAborted();
      return new Response();
    }, controller.signal);
    expect(await pending).toMatchObject({ ok: false, class: "ambiguous" });
  });
});

function expectHarmless(act: () => unknown): void {
  try {
    structuredClone(act());
  } catch (error) {
    expect(isAppError(error, "BAD_REQUEST"), String(error)).toBe(true);
  }
  expect({}).not.toHaveProperty("polluted");
}
