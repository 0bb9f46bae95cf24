import { newId } from "@charla/domain/ids";
import { TwilioServer } from "@charla/testkit/vendors/twilio/server";
import { describe, expect, it } from "vitest";
import type { FetchedMedia } from "../contract.ts";
import { attendTwilio } from "./attend.ts";
import { type TwilioAccount, TwilioConfig } from "./config.ts";
import { fetchTwilioMedia, MAX_MEDIA_BYTES } from "./media.ts";

const TOKEN = "0123456789abcdef0123456789abcdef";
const AC = `AC${"0".repeat(32)}`;
const REF = `https://api.twilio.com/2010-04-01/Accounts/${AC}/Messages/MM1/Media/ME1`;
const STORED = "https://s3-external-1.amazonaws.com/media.twiliocdn.com/x?signed=1";
const account: TwilioAccount = {
  id: newId("channel"),
  tenantId: newId("tenant"),
  webhookUrl: "https://charla.example/webhooks/twilio/chn_1",
  config: TwilioConfig.parse({ accountSid: AC, phoneNumber: "+14155238886" }),
  secrets: { authTokens: [TOKEN] },
};
const signal = new AbortController().signal;

type Hop = { url: string; withPassword: boolean };
async function open(ref: string, answers: (() => Response)[]): Promise<{ result: FetchedMedia; hops: Hop[] }> {
  const hops: Hop[] = [];
  const get: typeof fetch = async (input, init) => {
    const request = new Request(input, init);
    expect(init?.redirect).toBe("manual");
    hops.push({ url: request.url, withPassword: request.headers.has("authorization") });
    return answers[hops.length - 1]?.() ?? new Response("bytes", { headers: { "content-type": "image/png" } });
  };
  const result = await fetchTwilioMedia({ type: "image", ref }, account, { fetch: get, now: 0, signal });
  return { result, hops };
}
const to = (location: string) => () => new Response(null, { status: 307, headers: { location } });

describe("media", () => {
  it("is followed to where it is stored, and the password stays behind", async () => {
    const { result, hops } = await open(REF, [to(STORED)]);
    expect(result).toMatchObject({ ok: true, mime: "image/png" });
    expect(hops).toEqual([
      { url: REF, withPassword: true },
      { url: STORED, withPassword: false },
    ]);
  });

  it.each([
    "http://api.twilio.com/x",
    "https://api.twilio.com.attacker.example/x",
    "https://attacker.example/x",
    "https://user:pass@api.twilio.com/x",
    "https://api.twilio.com:8443/x",
    "https://127.0.0.1/x",
    "file:///etc/passwd",
    "nonsense",
  ])("is not fetched from %s, at first or after a redirect", async (ref) => {
    expect(await open(ref, [])).toMatchObject({ result: { ok: false, class: "denied" }, hops: [] });
    if (ref === "nonsense") return;
    const { result, hops } = await open(REF, [to(ref)]);
    expect(result).toMatchObject({ ok: false, class: "denied" });
    expect(hops).toHaveLength(1);
  });

  it("does not go round in circles", async () => {
    const { result, hops } = await open(
      REF,
      Array.from({ length: 9 }, () => to(REF)),
    );
    expect(result).toMatchObject({ ok: false, class: "denied" });
    expect(hops.length).toBeLessThan(6);
  });

  it.each([
    [404, "gone"],
    [410, "gone"],
    [401, "denied"],
    [429, "transient"],
    [503, "transient"],
  ])("that is answered %i is %s", async (status, expected) => {
    expect((await open(REF, [() => new Response(null, { status })])).result).toMatchObject({
      ok: false,
      class: expected,
    });
  });

  it("that says it is too large is not read", async () => {
    const headers = { "content-length": String(MAX_MEDIA_BYTES + 1) };
    expect((await open(REF, [() => new Response("x", { headers })])).result).toMatchObject({ class: "too_large" });
  });

  it("comes from the stand-in as from Twilio", async () => {
    const server = await TwilioServer.start();
    const book = server.openAccount(TOKEN);
    const ref = server.keepFile(book, "audio/ogg", "OggS");
    const config = TwilioConfig.parse({ ...account.config, accountSid: book.sid, apiUrl: server.url });
    const result = await fetchTwilioMedia({ type: "voice", ref }, { ...account, config }, { fetch, now: 0, signal });
    expect(result).toMatchObject({ ok: true, mime: "audio/ogg", size: 4 });
    if (result.ok) expect(await new Response(result.body).text()).toBe("OggS");
    expect(server.problems).toEqual([]);
    await server.close();
  });
});

describe("typing", () => {
  const event = { externalId: `SM${"1".repeat(32)}`, at: 0, kind: "message" as const, text: "hola" };
  async function attend(moment: "read" | "typing", address: string, fail = false): Promise<string[]> {
    const asked: string[] = [];
    const post: typeof fetch = async (input, init) => {
      const request = new Request(input, init);
      asked.push(`${request.url} ${await request.text()}`);
      if (fail) throw new TypeError("lost");
      return Response.json({ success: true });
    };
    const attention = { moment, thread: address, contact: { address }, events: [event] };
    await attendTwilio(attention, account, { fetch: post, now: 0, signal });
    return asked;
  }

  it("is shown on WhatsApp, for the last message, and its failure is nobody's", async () => {
    const asked = [
      "https://messaging.twilio.com/v2/Indicators/Typing.json messageId=SM11111111111111111111111111111111&channel=whatsapp",
    ];
    expect(await attend("typing", "whatsapp:+34600111222")).toEqual(asked);
    expect(await attend("typing", "whatsapp:+34600111222", true)).toEqual(asked);
  });

  it("does not exist elsewhere, and reading is said with it", async () => {
    expect(await attend("typing", "+34600111222")).toEqual([]);
    expect(await attend("read", "whatsapp:+34600111222")).toEqual([]);
  });
});
