import { runInDurableObject } from "cloudflare:test";
import { env } from "cloudflare:workers";
import { afterEach, beforeAll, beforeEach, describe, expect, it, vi } from "vitest";
import * as z from "zod";
import { EngineSession } from "../src/socketio/engine-session.ts";
import { Heartbeat } from "../src/socketio/heartbeat.ts";
import { asPlatform, bearer, call, newTenant, send, type Answer, type Tenant } from "./world.ts";

const SHOP = { origin: "https://shop.test" };
const EVIL = { origin: "https://evil.test" };
const SEPARATOR = "\u001e";
const soon = { timeout: 15_000, interval: 25 };

let own: Tenant;
let channelId: string;

beforeAll(async () => {
  own = await newTenant();
  const body = {
    kind: "socketio",
    name: "App",
    agentId: own.agentId,
    config: { allowedOrigins: [SHOP.origin], title: "La Cadena" },
  };
  const created = await call("/v1/channels", { method: "POST", headers: asPlatform(own.id), body });
  channelId = z.object({ id: z.string() }).parse(created.json).id;
}, 60_000);

async function visitorToken(): Promise<string> {
  const answer = await call(`/chat/${channelId}/session`, { method: "POST", body: {} });
  return z.object({ token: z.string() }).parse(answer.json).token;
}

const address = (query: string, path = "/socket.io/"): string => `${path}?EIO=4&${query}`;
const fetchPackets = (sid: string, headers: Record<string, string> = SHOP): Promise<Answer> =>
  call(address(`transport=polling&sid=${sid}`), { headers });
const post = (sid: string, raw: string, headers: Record<string, string> = SHOP): Promise<Answer> =>
  call(address(`transport=polling&sid=${sid}`), { method: "POST", headers, raw });

const Handshake = z.object({
  sid: z.string(),
  upgrades: z.array(z.string()),
  pingInterval: z.number(),
  pingTimeout: z.number(),
  maxPayload: z.number(),
});

async function begin(headers: Record<string, string> = SHOP): Promise<z.output<typeof Handshake>> {
  const answer = await call(address("transport=polling"), { headers });
  expect([answer.status, answer.text.charAt(0)]).toEqual([200, "0"]);
  return Handshake.parse(JSON.parse(answer.text.slice(1)));
}

/** Packets of long-polling until one matches. */
async function fetchUntil(sid: string, wanted: RegExp): Promise<string[]> {
  const all: string[] = [];
  while (!all.some((packet) => wanted.test(packet))) {
    const { status, text } = await fetchPackets(sid);
    expect([status, text.slice(0, 200)]).toEqual([200, expect.anything()]);
    all.push(...text.split(SEPARATOR));
  }
  return all;
}

/** A client on long-polling that was let in. */
async function connect(): Promise<string> {
  const { sid } = await begin();
  expect((await post(sid, `40/chat,${JSON.stringify({ token: await visitorToken() })}`)).text).toBe("ok");
  await fetchUntil(sid, /^42\/chat,\["connected"/);
  return sid;
}

class Peer {
  readonly heard: string[] = [];
  closed: number | null = null;
  readonly #socket: WebSocket;

  constructor(socket: WebSocket) {
    this.#socket = socket;
    socket.addEventListener("message", ({ data }) => {
      this.heard.push(String(data));
    });
    socket.addEventListener("close", ({ code }) => {
      this.closed = code;
    });
    socket.accept();
  }

  static async open(query = "transport=websocket", headers: Record<string, string> = SHOP): Promise<Peer> {
    const { webSocket } = await send(address(query), { headers: { upgrade: "websocket", ...headers } });
    if (webSocket === null) throw new Error("no socket");
    return new Peer(webSocket);
  }

  say(data: string | ArrayBuffer): void {
    this.#socket.send(data);
  }

  hears(wanted: RegExp): Promise<string> {
    return vi.waitFor(() => {
      const found = this.heard.find((packet) => wanted.test(packet));
      if (found === undefined) throw new Error(`no ${String(wanted)} in ${this.heard.join(" ")}`);
      return found;
    }, soon);
  }

  isClosed(): Promise<number> {
    return vi.waitFor(() => {
      if (this.closed === null) throw new Error(`still open, heard ${this.heard.join(" ")}`);
      return this.closed;
    }, soon);
  }
}

describe("a session on long-polling", () => {
  it("is named so that nobody can guess it, and says what it takes", async () => {
    const [one, two] = [await begin(), await begin()];
    expect(one.sid).toMatch(/^[0-9a-f]{64}$/);
    expect(one.sid).not.toBe(two.sid);
    expect(one).toMatchObject({
      upgrades: ["websocket"],
      pingInterval: 25_000,
      pingTimeout: 20_000,
      maxPayload: 100_000,
    });
  });

  it("carries a conversation, several packets in one body", async () => {
    const sid = await connect();
    const message = { content: "¿Cuánto cuesta un pinchazo?", clientMessageId: "m1" };
    const packets = [`42/chat,0["sendMessage",${JSON.stringify(message)}]`, '42/chat,["typing",{"on":false}]'];
    expect((await post(sid, packets.join(SEPARATOR))).text).toBe("ok");
    const seen = await fetchUntil(sid, /^42\/chat,\["messageComplete"/);
    expect(seen.find((packet) => packet.startsWith("43/chat,0["))).toContain('"ok":true');
    expect(seen.findLast((packet) => packet.includes("messageComplete"))).toContain("12");
  });

  it("moves to a WebSocket with what was not fetched and what was not answered", async () => {
    const sid = await connect();
    const waiting = fetchPackets(sid);
    const socket = await Peer.open(`transport=websocket&sid=${sid}`);
    socket.say("2probe");
    await socket.hears(/^3probe$/);
    expect((await waiting).text).toBe("6");
    await post(sid, '42/chat,7["sendMessage",{"content":"¿A qué hora abrís?","clientMessageId":"m1"}]');
    socket.say("5");
    expect(await socket.hears(/^43\/chat,7/)).toContain('"ok":true');
    await socket.hears(/^42\/chat,\["messageComplete"/);
    expect(socket.heard.filter((packet) => packet.startsWith('42/chat,["messageReceived"'))).toHaveLength(1);
    expect((await fetchPackets(sid)).json).toEqual({ code: 1, message: "Session ID unknown" });
  });

  it("goes on as it was when the WebSocket comes to nothing", async () => {
    const sid = await connect();
    const socket = await Peer.open(`transport=websocket&sid=${sid}`);
    socket.say("2probe");
    await socket.hears(/^3probe$/);
    socket.say('42/chat,["ping"]');
    await socket.isClosed();
    await post(sid, '42/chat,3["ping"]');
    await fetchUntil(sid, /^43\/chat,3\[\]$/);
  });

  it("belongs to sites of the list from when it is somebody's", async () => {
    const sid = await connect();
    for (const refused of [await fetchPackets(sid, EVIL), await post(sid, "3", EVIL)]) {
      expect([refused.status, refused.headers.get("access-control-allow-origin")]).toEqual([403, null]);
    }
    const stranger = await Peer.open(`transport=websocket&sid=${sid}`, EVIL);
    stranger.say("2probe");
    await stranger.isClosed();
    const allowed = await post(sid, '42/chat,["ping"]');
    expect([allowed.status, allowed.headers.get("access-control-allow-origin")]).toEqual([200, SHOP.origin]);
    expect(allowed.headers.get("access-control-allow-credentials")).toBeNull();
  });

  it("ends when two requests want its packets at once", async () => {
    const sid = await connect();
    const [one, two] = await Promise.all([fetchPackets(sid), fetchPackets(sid)]);
    expect([one.text, two.text].toSorted()).toEqual(["1", '{"code":3,"message":"Bad request"}']);
  });

  it("that its object forgot is unknown, and so is one that nobody began", async () => {
    const sid = await connect();
    const stub = env.POLLING_SESSION.get(env.POLLING_SESSION.idFromString(sid));
    await runInDurableObject(stub, (_instance, state) => state.abort("lost")).catch(() => undefined);
    const unknown = { code: 1, message: "Session ID unknown" };
    expect((await fetchPackets(sid)).json).toEqual(unknown);
    expect((await post(sid, "3")).json).toEqual(unknown);
    for (const made of [env.POLLING_SESSION.newUniqueId().toString(), "a".repeat(64), "x", ""])
      expect((await fetchPackets(made)).json).toEqual(unknown);
  });
});

describe("requests that are none", () => {
  it.each([
    ["another version", "/socket.io/?EIO=3&transport=polling", 5],
    ["no version", "/chat/", 5],
    ["another transport", address("transport=webtransport"), 0],
    ["a WebSocket without an upgrade", address("transport=websocket"), 3],
  ])("%s", async (_, path, code) => {
    const answer = await call(path, { headers: SHOP });
    expect([answer.status, answer.json]).toEqual([400, expect.objectContaining({ code })]);
  });

  it("a body that is too long, no text or empty, and the session goes on", async () => {
    const sid = await connect();
    expect((await post(sid, "4".repeat(100_001))).status).toBe(413);
    expect((await post(sid, "")).status).toBe(400);
    const raw = new Uint8Array([0xff, 0xfe]);
    expect((await call(address(`transport=polling&sid=${sid}`), { method: "POST", headers: SHOP, raw })).status).toBe(
      400,
    );
    await post(sid, `bAQID${SEPARATOR}42/chat,5["ping"]`);
    await fetchUntil(sid, /^43\/chat,5\[\]$/);
  });

  it("HEAD, which would use something up", async () => {
    expect((await send(address("transport=polling"), { method: "HEAD" })).status).toBe(405);
  });

  it("asks no leave of a browser that may have it", async () => {
    const preflight = await call("/socket.io/", { method: "OPTIONS", headers: SHOP });
    expect([preflight.status, preflight.headers.get("access-control-allow-origin")]).toEqual([204, SHOP.origin]);
    expect(preflight.headers.get("access-control-allow-credentials")).toBeNull();
  });
});

describe("a session on a WebSocket", () => {
  const letIn = async (): Promise<Peer> => {
    const socket = await Peer.open();
    socket.say(`40/chat,${JSON.stringify({ token: await visitorToken() })}`);
    await socket.hears(/^42\/chat,\["connected"/);
    return socket;
  };

  it.each([
    ["nonsense", "4x"],
    ["an engine packet nobody sends", "2"],
    ["an event before anybody was let in", '42/chat,["ping"]'],
    ["a reserved name", '42/chat,["connect"]'],
    ["an upgrade without a probe", "5"],
  ])("is closed after %s", async (_, packet) => {
    const socket = await Peer.open();
    socket.say(packet);
    await socket.isClosed();
  });

  it("is closed after too long a packet, with the code for that", async () => {
    const socket = await letIn();
    socket.say(`42/chat,["sendMessage","${"ñ".repeat(60_000)}"]`);
    expect(await socket.isClosed()).toBe(1009);
  });

  it("is closed after the third attempt to be let in without a good token", async () => {
    const socket = await Peer.open();
    for (let n = 0; n < 3; n++) socket.say('40/chat,{"token":"x"}');
    await socket.isClosed();
    expect(socket.heard.filter((packet) => packet.startsWith("44/chat,"))).toHaveLength(3);
  });

  it("may leave its namespace and come back, and drops bytes", async () => {
    const socket = await letIn();
    socket.say('451-/chat,2["file",{"_placeholder":true,"num":0}]');
    socket.say(new Uint8Array([1, 2, 3]).buffer);
    expect(await socket.hears(/^43\/chat,2/)).toContain("BINARY_NOT_SUPPORTED");
    socket.say("41/chat,");
    socket.heard.length = 0;
    socket.say(`40/chat,${JSON.stringify({ token: await visitorToken() })}`);
    await socket.hears(/^42\/chat,\["connected"/);
    expect(socket.closed).toBeNull();
  });

  it("has both namespaces at once, each its own conversation", async () => {
    const socket = await letIn();
    socket.say(`40${JSON.stringify({ token: await visitorToken() })}`);
    await socket.hears(/^42\["connected"/);
    socket.say('420["sendMessage",{"content":"¿A qué hora abrís?","clientMessageId":"m1"}]');
    await socket.hears(/^42\["messageComplete"/);
    expect(socket.heard.some((packet) => packet.startsWith('42/chat,["message'))).toBe(false);
  });

  it("is closed when it floods, whatever with", async () => {
    const socket = await letIn();
    for (let n = 0; n < 5_000; n++) socket.say('42/chat,["ping"]');
    await socket.isClosed();
  });

  it("is shown nothing by a channel of another kind", async () => {
    const socket = await Peer.open();
    socket.say(`40/chat,${JSON.stringify({ token: own.visitorToken })}`);
    expect(await socket.hears(/^44\/chat,/)).toBe('44/chat,{"message":"unauthorized","data":{"code":401}}');
  });
});

describe("what time does", () => {
  beforeEach(() => {
    vi.useFakeTimers();
  });
  afterEach(() => {
    vi.useRealTimers();
  });

  it("a client is asked every 25 seconds whether it is there, and is gone 20 seconds after it said nothing", () => {
    const [ping, dead] = [vi.fn<() => void>(), vi.fn<() => void>()];
    const heartbeat = new Heartbeat({ ping, dead });
    for (let n = 1; n <= 3; n++) {
      vi.advanceTimersByTime(25_000);
      expect(ping).toHaveBeenCalledTimes(n);
      vi.advanceTimersByTime(19_000);
      heartbeat.heard();
    }
    vi.advanceTimersByTime(44_999);
    expect([ping.mock.calls.length, dead.mock.calls.length]).toEqual([4, 0]);
    vi.advanceTimersByTime(1);
    expect(dead).toHaveBeenCalledTimes(1);
    heartbeat.stop();
  });

  it("a session that nobody was let into within 30 seconds ends, and beats no more", () => {
    const [transmit, ended] = [vi.fn<(packets: string[]) => void>(), vi.fn<() => void>()];
    const session = new EngineSession({ env, transmit, ended });
    vi.advanceTimersByTime(29_999);
    expect([transmit.mock.calls, ended.mock.calls.length]).toEqual([[[["2"]]], 0]);
    vi.advanceTimersByTime(60_000);
    expect([transmit.mock.calls.length, ended.mock.calls.length]).toEqual([1, 1]);
    session.end();
    expect(ended).toHaveBeenCalledTimes(1);
  });
});

it("a visitor of the channel has the ways of the web chat too", async () => {
  const headers = bearer(await visitorToken());
  const body = { id: "q1", text: "¿A qué hora abrís?" };
  expect((await call(`/chat/${channelId}/messages`, { method: "POST", headers, body })).status).toBe(202);
});
