import { sign } from "@charla/channels/standard-webhooks";
import { newId } from "@charla/domain/ids";
import { env } from "cloudflare:workers";
import { describe, expect, it, vi } from "vitest";
import * as z from "zod";
import { forwardWebhook, isWebhook } from "../src/webhooks.ts";
import { asPlatform, bearer, call, newTenant, ORIGIN, send } from "./world.ts";

/** A router that tells what it was handed. */
function listeningRouter(): { router: typeof env.ROUTER; seen: { url: string; headers: Headers; body: string }[] } {
  const seen: { url: string; headers: Headers; body: string }[] = [];
  const fetch = async (input: RequestInfo | URL, init?: RequestInit): Promise<Response> => {
    const request = new Request(input, init);
    seen.push({ url: request.url, headers: request.headers, body: await request.text() });
    return Response.json({ accepted: 1 });
  };
  return { router: { ...env.ROUTER, fetch }, seen };
}

describe("a webhook", () => {
  it("is handed to the router as it came, without what only we may say", async () => {
    const { router, seen } = listeningRouter();
    const raw = '{ "type":"message",\n "text": "ñ" }';
    const request = new Request(`${ORIGIN}/webhooks/http/chn_x?a=1&b=%20`, {
      method: "POST",
      body: raw,
      headers: {
        "webhook-signature": "v1,abc",
        "content-type": "application/json",
        "x-charla-viewer": '{"role":"operator"}',
        "x-charla-anything": "1",
        "cf-worker": "evil.test",
        "cf-connecting-ip": "203.0.113.7",
        cookie: "__Host-charla=x",
        "x-request-id": "provider-0001",
      },
    });
    const response = await forwardWebhook(request, { ROUTER: router });
    expect(response.status).toBe(200);
    expect(response.headers.get("x-request-id")).toBe("provider-0001");
    const [handed] = seen;
    expect([handed?.url, handed?.body]).toEqual([request.url, raw]);
    expect(
      [...(handed?.headers.keys() ?? [])].filter(
        (name) => name.startsWith("x-charla") || name.startsWith("cf-") || name === "cookie",
      ),
    ).toEqual(["cf-connecting-ip"]);
    expect(handed?.headers.get("webhook-signature")).toBe("v1,abc");
  });

  it.each([
    ["https://a.test/webhooks/http/x", true],
    ["http://localhost:8787/webhooks/http/x?y", true],
    ["https://a.test/webhooks", false],
    ["https://a.test/v1/webhooks/http/x", false],
    ["https://a.test//webhooks/http/x", false],
    ["https://a.test/?/webhooks/", false],
    ["https://a.test", false],
  ])("%s: %s", (url, is) => expect(isWebhook(url)).toBe(is));

  it("that is signed goes all the way to the conversation", async () => {
    const tenant = await newTenant();
    const body = {
      kind: "http",
      name: "Shop",
      agentId: tenant.agentId,
      config: { callbackUrl: "https://crm.example.com/in" },
    };
    const created = await call("/v1/channels", { method: "POST", headers: asPlatform(tenant.id), body });
    const { id, secrets } = z
      .object({ id: z.string(), secrets: z.object({ signingSecrets: z.tuple([z.string()]) }) })
      .parse(created.json);
    const raw = JSON.stringify({
      type: "message",
      id: "e1",
      conversation: "c1",
      contact: { id: "u1" },
      text: "¿A qué hora abrís?",
      timestamp: Date.now(),
    });
    const deliver = async (signature?: string) => {
      const eventId = newId("event");
      const timestamp = Math.floor(Date.now() / 1000);
      const headers = {
        "content-type": "application/json",
        "webhook-id": eventId,
        "webhook-timestamp": String(timestamp),
        "webhook-signature":
          signature ?? (await sign(secrets.signingSecrets[0], eventId, timestamp, new TextEncoder().encode(raw))),
      };
      return call(`/webhooks/http/${id}`, { method: "POST", raw, headers });
    };
    expect((await deliver("v1,AAAA")).status).toBe(401);
    expect((await deliver()).json).toMatchObject({ accepted: 1, duplicates: 0 });
    expect((await deliver()).json).toMatchObject({ accepted: 0, duplicates: 1 });
    await vi.waitFor(
      async () =>
        expect((await call(`/v1/conversations?channelId=${id}`, { headers: bearer(tenant.key) })).json).toMatchObject({
          data: [{ thread: "c1" }],
        }),
      { timeout: 15_000, interval: 50 },
    );
  });

  it("does not wake the rest of the gateway", async () => {
    const { router, seen } = listeningRouter();
    const untouchable = new Proxy(
      { ROUTER: router },
      {
        get: (target, name) => {
          if (name in target) return Reflect.get(target, name);
          throw new Error(`a webhook used ${String(name)}`);
        },
      },
    );
    const request = new Request(`${ORIGIN}/webhooks/http/chn_x`, { method: "POST", body: "{}" });
    const response = await forwardWebhook(request, untouchable);
    await response.body?.cancel();
    expect(seen).toHaveLength(1);
  });

  it("is not answered by any other route", async () => {
    const response = await send("/webhooks/nothing/at/all", { method: "POST", body: {} });
    expect(response.status).toBe(404);
    await response.body?.cancel();
  });
});
