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

/** One request of the vendor's. `url` is what follows the account's address; `signed` names the headers that prove it. */
type Recorded = {
  name: string;
  method?: string;
  url?: string;
  at?: number;
  headers: Record<string, string>;
  signed?: string[];
  body: unknown;
  verdict?: 401 | 403;
  expected?: unknown;
};
type Reply = { status: number; headers?: Record<string, string>; body?: unknown };
type RecordedAccount = {
  now: number;
  config: unknown;
  secrets: unknown;
  /** Secrets of somebody else, where the platform does not make them itself. */
  otherSecrets?: unknown;
  /** What a request proves: all of its body, or only that the sender knows a secret word. */
  proof?: "body" | "word";
  /** The vendor puts one message into each request. */
  single?: boolean;
  /** The vendor has no kind of message that could be unknown. */
  closed?: boolean;
  to?: { thread: string; contact: Outgoing["contact"] };
  replies?: { ok: Reply; refusals: (Reply & { class: string; retryAfterMs?: number })[] };
};

const read = <T>(path: string): T => JSON.parse(readFileSync(new URL(path, fixtures), "utf8"));

const isThere = (path: string): boolean => existsSync(new URL(path, fixtures));

/** A channel of several vendors has a folder for each, with an account of its own. */
const recordings = channelKinds.flatMap((kind) => {
  if (!isThere(kind) || isThere(`${kind}/account.json`)) return [kind];
  const vendors = readdirSync(new URL(`${kind}/`, fixtures)).filter((name) => isThere(`${kind}/${name}/account.json`));
  return vendors.length === 0 ? [kind] : vendors.map((name) => `${kind}/${name}`);
});
const kindOf = (recording: string): string => recording.split("/", 1)[0] ?? "";

function recordedOf(recording: string): Recorded[] {
  const folder = new URL(`${recording}/`, fixtures);
  if (!existsSync(folder)) return [];
  const names = readdirSync(folder).filter((name) => name.endsWith(".json") && name !== "account.json");
  return names.flatMap((name) => read<Recorded | Recorded[]>(`${recording}/${name}`));
}

const rawOf = ({ body }: Pick<Recorded, "body">): Uint8Array =>
  encoder.encode(typeof body === "string" ? body : JSON.stringify(body ?? ""));

function requestOf(
  { webhookUrl }: Account,
  recorded: Pick<Recorded, "headers" | "body" | "method" | "url">,
  change: Partial<WebhookRequest> = {},
): WebhookRequest {
  const publicUrl = webhookUrl + (recorded.url ?? "");
  return {
    method: recorded.method ?? "POST",
    url: new URL(publicUrl),
    publicUrl,
    headers: new Headers(recorded.headers),
    rawBody: rawOf(recorded),
    ...change,
  };
}

function setUp(recording: string): { channel: Channel; account: Account; now: number; recorded: RecordedAccount } {
  const kind = kindOf(recording);
  const channel = channelOf(kind);
  if (channel === undefined) throw new Error(`${kind} is not in the registry`);
  const recorded = read<RecordedAccount>(`${recording}/account.json`);
  const config = channel.configSchema.parse(recorded.config);
  const secrets = channel.secretsSchema.parse(recorded.secrets);
  const id = "chn_01k9zx7q2v8m4n6p0r5t3w1yab";
  const webhookUrl = `https://charla.example/webhooks/${kind}/${id}`;
  return {
    channel,
    account: { id, tenantId: newId("tenant"), webhookUrl, config, secrets },
    now: recorded.now,
    recorded,
  };
}

describe.each(recordings)("channel %s", (recording) => {
  const { channel, recorded } = setUp(recording);

  it("is registered under its own kind, which fits a path", () => {
    expect(channel.kind).toBe(kindOf(recording));
    expect(channel.kind).toMatch(/^[a-z][a-z0-9_-]{0,31}$/);
    expect(channel.label.es).not.toBe("");
    expect(channel.label.en).not.toBe("");
  });

  it("describes its configuration and secrets as JSON Schema for forms", () => {
    expect(z.toJSONSchema(channel.configSchema, { io: "input" })).toHaveProperty("properties");
    expect(z.toJSONSchema(channel.secretsSchema, { io: "input" })).toHaveProperty("properties");
  });

  it("makes secrets that it accepts beside those of the vendor, never the same twice", () => {
    if (channel.generateSecrets === undefined) return;
    const made = channel.generateSecrets();
    expect(channel.secretsSchema.safeParse({ ...Object(recorded.secrets), ...made }).success).toBe(true);
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
    const whole = bubbles.map((bubble) => bubble.text).join("");
    const [kept = ""] = whole.replaceAll(/\s/g, "").split("…");
    expect(text.replaceAll(/\s/g, "").startsWith(kept)).toBe(true);
    if (bubbles.length < maxBubbles) expect(kept).toBe(text.replaceAll(/\s/g, ""));
    expect(channel.render({ text: "x".repeat(2_000_000) })).toHaveLength(maxBubbles);
  });

  it("either reads webhooks or sends by itself, and says so in full", () => {
    expect(channel.parse === undefined).toBe(channel.verify === undefined);
    expect(channel.webhook === false).toBe(channel.verify === undefined);
    expect(channel.contentTypes === undefined).toBe(channel.parse === undefined);
    expect(channel.send === undefined).toBe(channel.capabilities.ambiguous.tier === "own");
  });
});

const withWebhook = recordings.filter((recording) => channelOf(kindOf(recording))?.parse !== undefined);
describe.each(withWebhook)("webhooks of %s", (recording) => {
  const { channel, account, now, recorded: about } = setUp(recording);
  const { parse, verify } = channel;
  const { tenantId } = account;
  const all = recordedOf(recording);
  const recorded = all.filter((one) => one.verdict === undefined);
  const refused = all.filter((one) => one.verdict !== undefined);
  const isJson = channel.contentTypes?.includes("application/json") ?? false;

  it("has recorded webhooks that show an unsupported type and, where requests hold several items, a batch and a refused one", () => {
    const expected = JSON.stringify(recorded.map((one) => one.expected));
    if (!about.closed) expect(expected).toContain('"unsupported"');
    if (about.single) return;
    expect(expected).toContain('"reason"');
    expect(recorded.some((one) => JSON.stringify(one.expected).split('"thread"').length > 2)).toBe(true);
  });

  it.each(recorded)("accepts and reads $name", async (one) => {
    expect(await verify?.(requestOf(account, one), account, one.at ?? now)).toEqual({ ok: true });
    const parsed = await parse?.(requestOf(account, one), account, one.at ?? now);
    expect({ ...parsed, rejected: parsed?.rejected.map(({ index, reason }) => ({ index, reason })) }).toEqual(
      one.expected,
    );
    for (const arrival of parsed?.arrivals ?? []) {
      const name = objectNameOf({ tenantId, channelId: account.id, thread: arrival.thread });
      expect(encoder.encode(name).length).toBeLessThanOrEqual(MAX_OBJECT_NAME_BYTES);
    }
  });

  it.each(recorded)("gives the same ids when $name comes again", async (one) => {
    const request = requestOf(account, one);
    // What the vendor gives no time is dated by its arrival; all else must be the same.
    const readAt = async (at: number): Promise<string> =>
      JSON.stringify(await parse?.(request, account, at), (key, value) =>
        key === "at" && value === at ? "now" : value,
      );
    expect(await readAt(now + 60_000)).toEqual(await readAt(now));
  });

  if (refused.length > 0) {
    it.each(refused)("refuses $name", async (one) => {
      const verdict = await verify?.(requestOf(account, one), account, one.at ?? now);
      expect(verdict).toMatchObject({ ok: false, status: one.verdict });
    });
  }

  it.each(recorded)("refuses $name when a proving header is missing, empty, short, long or changed", async (one) => {
    const proving = one.signed ?? Object.keys(one.headers).filter((name) => name.toLowerCase() !== "content-type");
    expect(proving).not.toEqual([]);
    for (const name of proving) {
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
        const verdict = await verify?.(requestOf(account, one, { headers }), account, one.at ?? now);
        expect(verdict?.ok, `${name}: ${changed}`).toBe(false);
      }
    }
  });

  it.each(recorded)("refuses $name when a byte of the body is not the signed one", async (one) => {
    if (about.proof === "word" || one.method === "GET") return;
    const text = new TextDecoder().decode(rawOf(one));
    const changed = [encoder.encode(`${text} `), new Uint8Array(0)];
    if (text.startsWith("{")) changed.push(encoder.encode(JSON.stringify(JSON.parse(text), null, 1)));
    for (const rawBody of changed) {
      const verdict = await verify?.(requestOf(account, one, { rawBody }), account, one.at ?? now);
      expect(verdict?.ok).toBe(false);
    }
  });

  it.each(recorded)("refuses $name on an account with other secrets", async (one) => {
    const secrets = channel.secretsSchema.parse(about.otherSecrets ?? channel.generateSecrets?.());
    const verdict = await verify?.(requestOf(account, one), { ...account, secrets }, one.at ?? now);
    expect(verdict?.ok).toBe(false);
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
  ])("takes %s as a bad request or a refused item, and nothing else", async (_, text) => {
    const headers = { "content-type": channel.contentTypes?.[0] ?? "application/json" };
    await expectHarmless(() => parse?.(requestOf(account, { headers, body: text }), account, now));
  });

  it("takes bytes that are not UTF-8 as a bad request", async () => {
    const rawBody = new Uint8Array([0x7b, 0x22, 0xff, 0xfe, 0x22, 0x7d]);
    const headers = { "content-type": channel.contentTypes?.[0] ?? "application/json" };
    const read = async (): Promise<unknown> =>
      await parse?.(requestOf(account, { headers, body: "" }, { rawBody }), account, now);
    if (isJson) await expect(read()).rejects.toThrow("UTF-8");
    else await expectHarmless(read);
  });
});

const withSend = recordings.filter((recording) => channelOf(kindOf(recording))?.send !== undefined);
describe.each(withSend)("sending by %s", (recording) => {
  const { channel, account, now, recorded } = setUp(recording);
  const { send } = channel;
  const { ok, refusals } = recorded.replies ?? { refusals: [] };
  const message: Outgoing = {
    id: newId("message"),
    thread: "order-77",
    contact: { address: "u-1" },
    ...recorded.to,
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
    change: Partial<Outgoing> = {},
  ): Promise<SendResult | undefined> =>
    await send?.({ ...message, ...change }, account, { fetch: answer, now, signal });
  const replyWith =
    ({ status, headers, body }: Reply): typeof fetch =>
    async () =>
      new Response(body === undefined ? null : typeof body === "string" ? body : JSON.stringify(body), {
        status,
        ...(headers && { headers }),
      });

  it("has recorded what the vendor answers", () => {
    expect(ok).toBeDefined();
    expect(new Set(refusals.map((refusal) => refusal.class))).toEqual(
      new Set([...refusals.map((refusal) => refusal.class), "throttle", "transient", "auth", "invalid"]),
    );
  });

  it("reports what the vendor took", async () => {
    if (ok) expect(await attempt(replyWith(ok))).toMatchObject({ ok: true });
  });

  it.each(refusals)("tells the outbox that $status $body is $class", async (refusal) => {
    const result = await attempt(replyWith(refusal));
    expect(result).toMatchObject({ ok: false, class: refusal.class });
    if (refusal.retryAfterMs !== undefined) expect(result).toMatchObject({ retryAfterMs: refusal.retryAfterMs });
  });

  it("follows no redirect and gives the signal on", async () => {
    const seen: (RequestInit | undefined)[] = [];
    await attempt(async (_, init) => {
      seen.push(init);
      return new Response("{}");
    });
    expect(seen).not.toEqual([]);
    for (const init of seen) {
      expect(init?.redirect).toBe("manual");
      expect(init?.signal).toBeInstanceOf(AbortSignal);
    }
  });

  it("calls a time-out and a lost connection ambiguous and never throws", async () => {
    const controller = new AbortController();
    const pending = attempt(async (_, init) => {
      controller.abort();
      init?.signal?.throwIfAborted();
      return new Response();
    }, controller.signal);
    expect(await pending).toMatchObject({ ok: false, class: "ambiguous" });
    const lost = attempt(() => Promise.reject(new TypeError("Network connection lost.")));
    expect(await lost).toMatchObject({ ok: false, class: "ambiguous" });
  });

  it("makes nothing but a result of whatever the vendor answers", async () => {
    const bodies = [
      "",
      "null",
      "[]",
      "{",
      "<html>",
      '{"error":null}',
      '{"ok":true}',
      '{"messages":[{}]}',
      "x".repeat(2_000_000),
    ];
    for (const status of [200, 204, 302, 400, 404, 418, 429, 500, 520])
      for (const body of bodies) {
        const result = await attempt(async () => new Response(status === 204 ? null : body, { status }));
        expect(typeof result?.ok, `${status} ${body.slice(0, 20)}`).toBe("boolean");
      }
  });

  const { windowMs } = channel.capabilities;
  if (windowMs !== undefined) {
    it("asks nobody when the window is closed and there is no template", async () => {
      let asked = 0;
      const counted: typeof fetch = async () => {
        asked++;
        return new Response("{}");
      };
      const result = await attempt(counted, undefined, { lastInboundAt: now - windowMs - 1 });
      expect(result).toMatchObject({ ok: false, class: "window" });
      expect(asked).toBe(0);
    });
  }
});

async function expectHarmless(act: () => unknown): Promise<void> {
  try {
    structuredClone(await act());
  } catch (error) {
    expect(isAppError(error, "BAD_REQUEST"), String(error)).toBe(true);
  }
  expect({}).not.toHaveProperty("polluted");
}
