import { env } from "cloudflare:workers";
import { SignJWT } from "jose";
import { beforeAll, describe, expect, it, vi } from "vitest";
import * as z from "zod";
import { asPlatform, bearer, call, newTenant, ORIGIN, send, type Tenant } from "./world.ts";

const Session = z.object({
  token: z.string(),
  conversationId: z.string(),
  agent: z.object({ name: z.string() }),
  demo: z.boolean(),
});
const Frame = z.looseObject({ v: z.literal(1), type: z.string() });
const Listed = z.object({
  data: z.array(z.looseObject({ seq: z.number(), role: z.string(), text: z.string() })),
  lastSeq: z.number(),
});

let own: Tenant;
let foreign: Tenant;

beforeAll(async () => {
  own = await newTenant();
  foreign = await newTenant();
}, 60_000);

async function session(body: object = {}, headers: Record<string, string> = {}): Promise<z.output<typeof Session>> {
  const answer = await call(`/chat/${own.channelId}/session`, { method: "POST", headers, body });
  expect(answer.status).toBe(200);
  return Session.parse(answer.json);
}

const visitorOf = (token: string): string =>
  z.object({ sub: z.string() }).parse(JSON.parse(atob(token.split(".")[1] ?? ""))).sub;

const listed = async (token: string): Promise<z.output<typeof Listed>> =>
  Listed.parse((await call(`/chat/${own.channelId}/messages`, { headers: bearer(token) })).json);

async function open(
  path: string,
  headers: Record<string, string> = {},
): Promise<{ frames: z.output<typeof Frame>[]; socket: WebSocket }> {
  const response = await send(path, { headers: { upgrade: "websocket", ...headers } });
  const socket = response.webSocket;
  if (socket === null) throw new Error(`no socket: ${response.status} ${await response.text()}`);
  const frames: z.output<typeof Frame>[] = [];
  socket.addEventListener("message", ({ data }) => frames.push(Frame.parse(JSON.parse(String(data)))));
  socket.accept();
  return { frames, socket };
}

const soon = { timeout: 10_000, interval: 25 };

describe("a visitor", () => {
  it("writes by REST and is answered", async () => {
    const { token, conversationId, agent, demo } = await session({ name: "Ana", locale: "es-ES" });
    expect([agent.name, demo]).toEqual(["La Cadena", true]);
    expect(await listed(token)).toEqual({ data: [], lastSeq: 0 });
    const write = () =>
      call(`/chat/${own.channelId}/messages`, {
        method: "POST",
        headers: bearer(token),
        body: { id: "q1", text: "¿Cuánto cuesta un pinchazo?" },
      });
    const first = await write();
    expect([first.status, first.json]).toEqual([202, { accepted: true, duplicate: false, conversationId }]);
    expect((await write()).json).toMatchObject({ accepted: true, duplicate: true });
    await vi.waitFor(
      async () => expect((await listed(token)).data.map(({ role }) => role)).toEqual(["visitor", "agent"]),
      soon,
    );
    expect((await listed(token)).data[1]?.text).toContain("12");
  });

  it("writes by socket and reads the same by events", async () => {
    const { token, conversationId } = await session();
    const { frames, socket } = await open(`/chat/${own.channelId}/socket?token=${token}&after=0`);
    await vi.waitFor(() => expect(frames[0]).toMatchObject({ type: "ready", conversationId, demo: true }), soon);
    socket.send(JSON.stringify({ v: 1, type: "message", id: "s1", text: "¿A qué hora abrís?" }));
    await vi.waitFor(() => expect(frames.filter(({ type }) => type === "message")).toHaveLength(2), soon);
    socket.close();
    const seen = await eventsUntil(token, 0, 2);
    expect(seen.map(({ event }) => event)).toEqual(["message", "message"]);
    const resumed = await eventsUntil(token, seen[0]?.id ?? 0, 1);
    expect(resumed.map(({ id }) => id)).toEqual([seen[1]?.id]);
  });

  it("stays the same one with the old token, even after it ran out, but not for ever", async () => {
    const { token } = await session();
    const later = async <T>(days: number, run: () => Promise<T>): Promise<T> => {
      vi.useFakeTimers({ now: Date.now() + days * 86_400_000, toFake: ["Date"] });
      return run().finally(() => vi.useRealTimers());
    };
    const renewed = () => session({}, bearer(token));
    expect(visitorOf((await renewed()).token)).toBe(visitorOf(token));
    expect((await later(1.1, () => call(`/chat/${own.channelId}/messages`, { headers: bearer(token) }))).status).toBe(
      401,
    );
    expect(visitorOf((await later(20, renewed)).token)).toBe(visitorOf(token));
    expect(visitorOf((await later(32, renewed)).token)).not.toBe(visitorOf(token));
    expect(visitorOf((await session({}, bearer("x.y.z"))).token)).not.toBe(visitorOf(token));
  });

  it("who hammers is slowed down, alone", async () => {
    const { token } = await session();
    const answers = await Promise.all(
      Array.from({ length: 120 }, () => call(`/chat/${own.channelId}/messages`, { headers: bearer(token) })),
    );
    const refused = answers.filter(({ status }) => status === 429);
    expect(refused.length).toBeGreaterThan(0);
    expect(refused[0]?.headers.get("retry-after")).toMatch(/^\d+$/);
    const other = await session();
    expect((await call(`/chat/${own.channelId}/messages`, { headers: bearer(other.token) })).status).toBe(200);
  });
});

async function eventsUntil(token: string, after: number, count: number): Promise<{ id: number; event: string }[]> {
  const response = await send(`/chat/${own.channelId}/events`, {
    headers: { ...bearer(token), "last-event-id": String(after) },
  });
  expect(response.headers.get("content-type")).toBe("text/event-stream; charset=utf-8");
  const reader = response.body?.pipeThrough(new TextDecoderStream()).getReader();
  let text = "";
  const found = () =>
    [...text.matchAll(/^id: (\d+)\nevent: (\w+)\ndata: \{.*\}\n\n/gm)].map(([, id, event]) => ({
      id: Number(id),
      event: event ?? "",
    }));
  while (reader !== undefined && found().length < count) {
    const part = await reader.read();
    if (part.done) break;
    text += part.value;
  }
  await reader?.cancel();
  return found();
}

describe("S9: visitors' tokens", () => {
  it.each([
    ["none", () => ""],
    ["of another channel", () => foreign.visitorToken],
    ["cut short", () => own.visitorToken.slice(0, -2)],
    ["an API key", () => own.key],
    ["the platform key", () => env.PLATFORM_KEY],
  ])("%s", async (_, token) => {
    const headers = { authorization: `Bearer ${token()}` };
    for (const path of ["messages", "events"])
      expect((await call(`/chat/${own.channelId}/${path}`, { headers })).status).toBe(401);
    const socket = await call(`/chat/${own.channelId}/socket?token=${encodeURIComponent(token())}`, {
      headers: { upgrade: "websocket" },
    });
    expect(socket.status).toBe(401);
  });

  it("open nothing of the admin API", async () => {
    expect((await call("/v1/agents", { headers: bearer(own.visitorToken) })).status).toBe(401);
  });

  it("end when the channel's secret is changed", async () => {
    const tenant = await newTenant();
    const rotated = await call(`/v1/channels/${tenant.channelId}/rotate-secret`, {
      method: "POST",
      headers: bearer(tenant.key),
      body: {},
    });
    expect(rotated.status).toBe(200);
    const ask = () => call(`/chat/${tenant.channelId}/messages`, { headers: bearer(tenant.visitorToken) });
    vi.useFakeTimers({ now: Date.now() + 31_000, toFake: ["Date"] });
    try {
      expect((await ask()).status).toBe(401);
    } finally {
      vi.useRealTimers();
    }
  });
});

describe("S18: who may open a chat", () => {
  const ways: [string, (headers: Record<string, string>) => Promise<number>][] = [
    [
      "session",
      async (headers) => (await call(`/chat/${own.channelId}/session`, { method: "POST", headers, body: {} })).status,
    ],
    [
      "messages",
      async (headers) =>
        (await call(`/chat/${own.channelId}/messages`, { headers: { ...bearer(own.visitorToken), ...headers } }))
          .status,
    ],
    [
      "socket",
      async (headers) => {
        const response = await send(`/chat/${own.channelId}/socket?token=${own.visitorToken}`, {
          headers: { upgrade: "websocket", ...headers },
        });
        response.webSocket?.accept();
        response.webSocket?.close();
        return response.status;
      },
    ],
  ];
  it.each(ways)("%s from a foreign site", async (_, ask) => {
    for (const origin of [
      "https://evil.test",
      "https://shop.test.evil.test",
      "http://shop.test",
      "https://shop.test:444",
      "null",
    ]) {
      expect(await ask({ origin })).toBe(403);
    }
  });
  it.each(ways)("%s from the shop's and our own pages", async (_, ask) => {
    for (const origin of ["https://shop.test", ORIGIN]) expect([200, 101]).toContain(await ask({ origin }));
  });

  it("S17: only allowed sites read the answers", async () => {
    const preflight = (origin: string) =>
      call(`/chat/${own.channelId}/session`, {
        method: "OPTIONS",
        headers: { origin, "access-control-request-method": "POST" },
      });
    const allowed = await preflight("https://shop.test");
    expect([allowed.status, allowed.headers.get("access-control-allow-origin")]).toEqual([204, "https://shop.test"]);
    expect(allowed.headers.get("access-control-allow-credentials")).toBeNull();
    expect((await preflight("https://evil.test")).headers.get("access-control-allow-origin")).toBeNull();
  });

  it.each([
    ["unknown", () => "chn_01kbd0mz3v7q2x9c4f6g8h1j5k"],
    ["of another kind", () => own.httpChannelId],
    ["malformed", () => "..%2f"],
  ])("a channel %s is no chat", async (_, id) => {
    expect((await call(`/chat/${id()}/session`, { method: "POST", body: {} })).status).toBe(404);
  });
});

describe("a visitor the site vouches for", () => {
  let identitySecret = "";
  let tenant: Tenant;
  const ask = (body: object) => call(`/chat/${tenant.channelId}/session`, { method: "POST", body });
  const jwt = (secret: string, change: { sub?: string; aud?: string; exp?: number } = {}) =>
    new SignJWT({ name: "Ana" })
      .setProtectedHeader({ alg: "HS256" })
      .setSubject(change.sub ?? "user-7")
      .setExpirationTime(change.exp ?? Math.floor(Date.now() / 1000) + 60)
      .setAudience(change.aud ?? tenant.channelId)
      .sign(new TextEncoder().encode(secret));
  async function hmac(secret: string, text: string): Promise<string> {
    const key = await crypto.subtle.importKey(
      "raw",
      new TextEncoder().encode(secret),
      { name: "HMAC", hash: "SHA-256" },
      false,
      ["sign"],
    );
    const bytes = new Uint8Array(await crypto.subtle.sign("HMAC", key, new TextEncoder().encode(text)));
    return Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");
  }

  beforeAll(async () => {
    tenant = { ...own };
    const body = { kind: "webchat", name: "Shop", agentId: own.agentId };
    const created = await call("/v1/channels", { method: "POST", headers: asPlatform(own.id), body });
    const channel = z.object({ id: z.string(), secrets: z.object({ identitySecret: z.string() }) }).parse(created.json);
    tenant.channelId = channel.id;
    identitySecret = channel.secrets.identitySecret;
  });

  it("is the same visitor on every device, by JWT or HMAC", async () => {
    const [one, two] = [
      await ask({ identity: await jwt(identitySecret) }),
      await ask({ identity: await hmac(identitySecret, "user-7"), userId: "user-7" }),
    ];
    expect(visitorOf(Session.parse(one.json).token)).toBe(visitorOf(Session.parse(two.json).token));
    const other = await ask({ identity: await jwt(identitySecret, { sub: "user-8" }) });
    expect(visitorOf(Session.parse(other.json).token)).not.toBe(visitorOf(Session.parse(one.json).token));
    expect(JSON.stringify(one.json)).not.toContain(identitySecret);
  });

  it.each<[string, () => Promise<object>]>([
    ["another secret", async () => ({ identity: await jwt("other") })],
    ["expired", async () => ({ identity: await jwt(identitySecret, { exp: 1 }) })],
    ["for another channel", async () => ({ identity: await jwt(identitySecret, { aud: "chn_other" }) })],
    ["an HMAC of somebody else", async () => ({ identity: await hmac(identitySecret, "user-7"), userId: "user-8" })],
    ["an HMAC without a user", async () => ({ identity: await hmac(identitySecret, "") })],
    ["one byte", () => Promise.resolve({ identity: "0", userId: "user-7" })],
  ])("is refused with %s", async (_, body) => {
    expect((await ask(await body())).status).toBe(401);
  });
});

describe("the live view", () => {
  it("shows the log and an operator's answer, and the visitor sees it too", async () => {
    const { token, conversationId } = await session();
    await call(`/chat/${own.channelId}/messages`, {
      method: "POST",
      headers: bearer(token),
      body: { id: "q1", text: "¿Cuánto cuesta un pinchazo?" },
    });
    const { frames, socket } = await open(`/v1/conversations/${conversationId}/live`, bearer(own.key));
    await vi.waitFor(() => expect(frames.some(({ type }) => type === "snapshot")).toBe(true), soon);
    const headers = { ...bearer(own.key), "idempotency-key": "answer-1" };
    const answer = () =>
      call(`/v1/conversations/${conversationId}/messages`, {
        method: "POST",
        headers,
        body: { text: "Soy Marta, te ayudo yo" },
      });
    expect((await answer()).status).toBe(202);
    expect((await answer()).status).toBe(202);
    await vi.waitFor(() => expect(frames.filter(({ type }) => type === "row").length).toBeGreaterThan(0), soon);
    await vi.waitFor(
      async () => expect((await listed(token)).data.filter(({ role }) => role === "human")).toHaveLength(1),
      soon,
    );
    socket.close();
    const { owner } = z.object({ owner: z.object({ type: z.string() }) }).parse(
      (
        await call(`/v1/conversations/${conversationId}/hand-back`, {
          method: "POST",
          headers: bearer(own.key),
          body: {},
        })
      ).json,
    );
    expect(owner.type).toBe("ai");
  });
});
