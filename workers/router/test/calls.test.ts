import { SELF } from "cloudflare:test";
import { env } from "cloudflare:workers";
import { channels } from "@charla/channels/registry";
import { createChannel } from "@charla/services/channels/create";
import { beforeAll, describe, expect, it } from "vitest";
import { connect, type Connected } from "./connected.ts";

const TOKEN = "0123456789abcdef0123456789abcdef";
const OTHER = "fedcba9876543210fedcba9876543210";
const ACCOUNT = `AC${"1".repeat(32)}`;
const NUMBER = "+34911000000";

type Line = { channelId: string; token: string; webhookUrl: string };

let serial = 0;
const newCall = (): string => `CA${String(++serial).padStart(32, "0")}`;

async function telephone(shop: Connected, token: string): Promise<Line> {
  const wish = {
    kind: "voice",
    name: "Teléfono",
    agentId: shop.agentId,
    config: { accountSid: ACCOUNT, phoneNumber: NUMBER },
    secrets: { authTokens: [token] },
  };
  const { id } = await createChannel(shop.ctx, wish, channels);
  return { channelId: id, token, webhookUrl: `${new URL(env.PUBLIC_BASE_URL).origin}/webhooks/voice/${id}` };
}

async function sign(token: string, text: string): Promise<string> {
  const key = await crypto.subtle.importKey(
    "raw",
    new TextEncoder().encode(token),
    { name: "HMAC", hash: "SHA-1" },
    false,
    ["sign"],
  );
  const mac = new Uint8Array(await crypto.subtle.sign("HMAC", key, new TextEncoder().encode(text)));
  return btoa(String.fromCharCode(...mac));
}

async function post({ webhookUrl, token }: Line, fields: Record<string, string>): Promise<Response> {
  const all: Record<string, string> = { AccountSid: ACCOUNT, From: "+34600111222", To: NUMBER, ...fields };
  const params = Object.keys(all)
    .toSorted()
    .map((name) => name + all[name])
    .join("");
  return SELF.fetch(webhookUrl, {
    method: "POST",
    headers: {
      "content-type": "application/x-www-form-urlencoded",
      "x-twilio-signature": await sign(token, webhookUrl + params),
    },
    body: new URLSearchParams(all).toString(),
  });
}

/** The address of the socket that a new call is told to open. */
async function ring(line: Line, callSid = newCall()): Promise<string> {
  const response = await post(line, { CallSid: callSid, CallStatus: "ringing" });
  expect(response.headers.get("content-type")).toContain("text/xml");
  const url = /<ConversationRelay url="([^"]+)"/.exec(await response.text())?.[1];
  if (url === undefined) throw new Error("no socket to open");
  return url.replaceAll("&amp;", "&");
}

async function upgrade(url: string, token: string, signedUrl = url): Promise<Response> {
  return SELF.fetch(url.replace(/^ws/, "http"), {
    headers: { upgrade: "websocket", "x-twilio-signature": await sign(token, signedUrl) },
  });
}

let line: Line;
let neighbour: Line;
beforeAll(async () => {
  line = await telephone(await connect(), TOKEN);
  neighbour = await telephone(await connect(), OTHER);
});

describe("the socket of a call", () => {
  it("is opened by the address that the call was told, signed as wss", async () => {
    const url = await ring(line);
    expect(url).toMatch(/^wss?:\/\/[^/]+\/webhooks\/voice\/chn_/);
    const response = await upgrade(url, TOKEN);
    expect(response.status).toBe(101);
    const socket = response.webSocket;
    if (!socket) throw new Error("no socket");
    socket.accept();
    const closed = new Promise((resolve) => socket.addEventListener("close", ({ code }) => resolve(code)));
    // The call of somebody else: it is shut, and nothing was said.
    socket.send(JSON.stringify({ type: "setup", sessionId: "VX1", accountSid: ACCOUNT, callSid: newCall() }));
    expect(await closed).toBe(1008);
  });

  it("is refused without a trace to whoever signs wrongly, and to whoever repeats the upgrade", async () => {
    const url = await ring(line);
    expect((await upgrade(url, OTHER)).status).toBe(401);
    expect((await upgrade(url, TOKEN, url.replace(/^ws/, "http"))).status).toBe(401);
    expect((await upgrade(url.replace("ticket=", "ticket=0"), TOKEN, url)).status).toBe(401);
    expect((await upgrade(url, TOKEN)).status).toBe(101);
    expect((await upgrade(url, TOKEN)).status).toBe(403);
  });

  it("of one account does not open another's, however well it is signed", async () => {
    const url = await ring(line);
    const theirs = url.replace(line.channelId, neighbour.channelId);
    expect((await upgrade(theirs, OTHER)).status).toBe(403);
    expect((await upgrade(theirs, TOKEN)).status).toBe(401);
    const unknown = url.replace(/call=CA\d+/, `call=${newCall()}`);
    expect((await upgrade(unknown, TOKEN)).status).toBe(403);
    expect((await upgrade(url, TOKEN)).status).toBe(101);
  });

  it("does not exist on channels without calls", async () => {
    const shop = await connect();
    const url = `${new URL(env.PUBLIC_BASE_URL).origin}/webhooks/http/${shop.channelId}`;
    expect((await upgrade(url, TOKEN)).status).toBe(405);
  });
});

describe("what is asked about a call", () => {
  it("that began is answered with the same kind of step when it is asked again", async () => {
    const callSid = newCall();
    const [first, second] = [await ring(line, callSid), await ring(line, callSid)];
    expect(first).not.toBe(second);
    expect((await upgrade(first, TOKEN)).status).toBe(403);
    expect((await upgrade(second, TOKEN)).status).toBe(101);
  });

  it("that never reached us is answered with nothing to do", async () => {
    const response = await post(line, { CallSid: newCall(), CallStatus: "completed", CallDuration: "3" });
    expect(response.status).toBe(200);
    expect(await response.text()).toContain("<Response/>");
  });

  it("with another account's signature is refused", async () => {
    const fields = { CallSid: newCall(), CallStatus: "ringing" };
    expect((await post({ ...line, token: OTHER }, fields)).status).toBe(401);
  });
});
