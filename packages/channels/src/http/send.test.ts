import { AppError } from "@charla/domain/errors";
import { newId } from "@charla/domain/ids";
import { Webhook } from "standardwebhooks";
import { describe, expect, it } from "vitest";
import type { Outgoing, SendResult } from "../contract.ts";
import { newSigningSecret } from "../standard-webhooks.ts";
import { sendHttp } from "./send.ts";

const now = Date.now();
const account = {
  id: newId("channel"),
  tenantId: newId("tenant"),
  webhookUrl: "https://charla.example/webhooks/http/chn_1",
  config: { callbackUrl: "https://integrator.example/in" },
  secrets: { signingSecrets: [newSigningSecret(), newSigningSecret()] },
};
const message: Outgoing = {
  id: newId("message"),
  thread: "order-77",
  contact: { address: "u-1", name: "Lucía" },
  bubble: { text: "Va de camino 🚚", buttons: [{ id: "ok", title: "Vale" }] },
  inReplyTo: ["evt-1", "evt-2"],
  author: "ai",
  turnId: newId("turn"),
  createdAt: now,
  tries: 0,
  conversationId: newId("conversation"),
  lastInboundAt: now,
};

type Seen = { url: string; headers: Headers; body: string };
function receiver(answer: () => Response | Promise<Response>): {
  seen: Seen[];
  send: (at?: number) => Promise<SendResult>;
} {
  const seen: Seen[] = [];
  const post: typeof fetch = async (input, init) => {
    const request = new Request(input, init);
    seen.push({ url: request.url, headers: request.headers, body: await request.text() });
    return await answer();
  };
  const signal = new AbortController().signal;
  return { seen, send: (at = now) => sendHttp(message, account, { fetch: post, now: at, signal }) };
}

describe("what is posted", () => {
  it("is signed with the current secret and says everything about the message", async () => {
    const { seen, send } = receiver(() => new Response());
    await send();
    const [first] = seen;
    const payload = new Webhook(account.secrets.signingSecrets[0] ?? "").verify(
      first?.body ?? "",
      Object.fromEntries(first?.headers ?? []),
    );
    expect(payload).toEqual({
      type: "message",
      id: message.id,
      channel: account.id,
      conversation: "order-77",
      contact: { id: "u-1" },
      inReplyTo: ["evt-1", "evt-2"],
      text: "Va de camino 🚚",
      buttons: [{ id: "ok", title: "Vale" }],
      author: "ai",
      turn: message.turnId,
      timestamp: new Date(now).toISOString(),
    });
  });

  it("is the same on every try but for the signed time", async () => {
    const { seen, send } = receiver(() => new Response(null, { status: 500 }));
    await send();
    await send(now + 60_000);
    expect(seen[1]?.body).toBe(seen[0]?.body);
    expect(seen[1]?.headers.get("webhook-id")).toBe(message.id);
    expect(seen[0]?.headers.get("webhook-id")).toBe(message.id);
    expect(seen[1]?.headers.get("webhook-timestamp")).not.toBe(seen[0]?.headers.get("webhook-timestamp"));
  });
});

describe("what the answer means", () => {
  const json = (body: string): Response => new Response(body, { headers: { "content-type": "application/json" } });

  it.each([
    ["nothing", () => new Response(null, { status: 204 }), undefined],
    ["an id", () => json('{"id":"prov-1"}'), "prov-1"],
    ["text", () => new Response("OK"), undefined],
    ["broken JSON", () => json("{"), undefined],
    ["an id that is no text", () => json('{"id":7}'), undefined],
    ["a long body", () => json(`{"id":"x","pad":"${"y".repeat(100_000)}"}`), undefined],
  ])("2xx with %s is sent", async (_, answer, providerId) => {
    const result = await receiver(answer).send();
    expect(result).toEqual({ ok: true, state: "sent", ...(providerId !== undefined && { providerId }) });
  });

  it.each([
    [400, "invalid"],
    [404, "invalid"],
    [408, "transient"],
    [410, "optout"],
    [425, "transient"],
    [520, "ambiguous"],
    [524, "ambiguous"],
  ])("%i is %s", async (status, expected) => {
    expect(await receiver(() => new Response(null, { status })).send()).toMatchObject({ ok: false, class: expected });
  });

  it.each([
    ["7", 7_000],
    [new Date(now + 90_000).toUTCString(), 90_000],
    ["99999999", 24 * 3_600_000],
    ["soon", undefined],
  ])("429 waits as Retry-After %s says", async (header, expected) => {
    const result = await receiver(() => new Response(null, { status: 429, headers: { "retry-after": header } })).send();
    expect(result).toMatchObject({ ok: false, class: "throttle" });
    const wait = "retryAfterMs" in result ? result.retryAfterMs : undefined;
    if (expected === undefined) expect(wait).toBeUndefined();
    else expect(Math.abs((wait ?? 0) - expected)).toBeLessThanOrEqual(1_000);
  });

  it.each([
    ["a lost connection", new Error("Network connection lost."), "ambiguous"],
    ["a host that policy forbids", new AppError("EGRESS_DENIED", "loopback"), "policy"],
  ])("takes %s for what it is", async (_, error, expected) => {
    const result = await receiver(() => Promise.reject(error)).send();
    expect(result).toMatchObject({ ok: false, class: expected });
  });
});
