import { readFileSync } from "node:fs";
import { formOf, type Params, signRequest } from "@charla/testkit/vendors/twilio/sign";
import fc from "fast-check";
import twilio from "twilio";
import { describe, expect, it } from "vitest";
import type { WebhookRequest } from "../contract.ts";
import { verifyTwilio, verifyTwilioSocket } from "./signature.ts";

type Vector = {
  name: string;
  url: string;
  method?: string;
  headers: Record<string, string>;
  body: string;
  secret: string;
  expected: { valid: boolean; signed_string?: string; signature?: string; valid_with_url?: string };
};
const file = new URL("../../fixtures/twilio/vectors/signatures.json", import.meta.url);
const vectors: Vector[] = JSON.parse(readFileSync(file, "utf8"));
const TOKEN = "0123456789abcdef0123456789abcdef";
const encoder = new TextEncoder();

const requestOf = (publicUrl: string, body: string, signature: string, more: Partial<WebhookRequest> = {}) => ({
  method: "POST",
  url: new URL(publicUrl),
  publicUrl,
  headers: new Headers({ "x-twilio-signature": signature, "content-type": "application/x-www-form-urlencoded" }),
  rawBody: encoder.encode(body),
  ...more,
});
const recorded = (one: Vector, publicUrl = one.url): WebhookRequest => ({
  ...requestOf(publicUrl, one.body, ""),
  method: one.method ?? "POST",
  url: new URL(one.url),
  headers: new Headers(one.headers),
});
const verify = (one: Vector, publicUrl?: string): ReturnType<typeof verifyTwilio> =>
  (one.url.startsWith("wss:") ? verifyTwilioSocket : verifyTwilio)(recorded(one, publicUrl), [one.secret]);

describe("recorded signatures", () => {
  const [good, bad] = [
    vectors.filter(({ expected }) => expected.valid),
    vectors.filter(({ expected }) => !expected.valid),
  ];

  it.each(good)("are accepted: $name", async (one) => {
    expect(await verify(one)).toEqual({ ok: true });
    expect(signRequest(one.secret, one.url, Object.fromEntries(new URLSearchParams(one.body)))).toBe(
      one.headers["x-twilio-signature"],
    );
  });

  it.each(good)("are refused with a changed byte or another token: $name", async (one) => {
    const changed = one.method === "GET" ? { ...one, url: `${one.url}x` } : { ...one, body: `${one.body}x` };
    expect(await verify(changed)).toMatchObject({ ok: false, status: 401 });
    expect(await verify({ ...one, secret: `${one.secret}x` })).toMatchObject({ ok: false, status: 401 });
  });

  it.each(bad)("count for the public name only: $name", async (one) => {
    expect(await verify(one)).toMatchObject({ ok: false, status: 401 });
    expect(await verify(one, one.expected.valid_with_url)).toEqual({ ok: true });
  });

  it("know a socket's upgrade by its scheme when the server sees https", async () => {
    const one = vectors.find(({ url }) => url.startsWith("wss:"));
    const seen = one?.url.replace("wss:", "https:") ?? "";
    if (one === undefined) throw new Error("no recorded upgrade");
    expect(await verifyTwilioSocket(recorded({ ...one, url: seen }), [one.secret])).toEqual({ ok: true });
    expect(await verifyTwilio(recorded({ ...one, url: seen }), [one.secret])).toMatchObject({ ok: false });
  });
});

describe("whose name counts", () => {
  const body = "Body=x";
  const signedFor = (url: string): string => signRequest(TOKEN, url, { Body: "x" });

  it("is never the address as called, once there is a public name", async () => {
    const seen = "https://attacker.example/webhooks/twilio/a";
    const request = requestOf("https://charla.example/webhooks/twilio/a", body, signedFor(seen), {
      url: new URL(seen),
    });
    expect(await verifyTwilio(request, [TOKEN])).toMatchObject({ ok: false });
  });

  it("may be that of a tunnel on a development machine", async () => {
    const seen = "https://tunnel.example/webhooks/twilio/a";
    const request = requestOf("http://localhost:8787/webhooks/twilio/a", body, signedFor(seen), {
      url: new URL(seen),
    });
    expect(await verifyTwilio(request, [TOKEN])).toEqual({ ok: true });
  });
});

describe("tokens", () => {
  const url = "https://charla.example/webhooks/twilio/a";

  it("are both valid while Twilio rotates them", async () => {
    for (const token of [TOKEN, "f".repeat(32)]) {
      const request = requestOf(url, "A=1", signRequest(token, url, { A: "1" }));
      expect(await verifyTwilio(request, [TOKEN, "f".repeat(32)])).toEqual({ ok: true });
      expect(await verifyTwilio(request, ["e".repeat(32), ""])).toMatchObject({ ok: false, status: 401 });
    }
  });

  it.each(["", "x", "a".repeat(28), `${"a".repeat(27)}==`, "a".repeat(5_000), "ñ".repeat(27)])(
    "make nothing of the signature %j",
    async (signature) => {
      const request = {
        ...requestOf(url, "A=1", ""),
        headers: new Headers({ "x-twilio-signature": encodeURI(signature) }),
      };
      expect(await verifyTwilio(request, [TOKEN])).toMatchObject({ ok: false, status: 401 });
    },
  );
});

describe("a body that is only hashed", () => {
  const body = '{"Body":"¿qué tal?"}';
  const url = `https://charla.example/webhooks/twilio/a?bodySHA256=${twilio.getExpectedBodyHash(body)}`;

  it("is accepted by its hash in the signed address, and the official validator agrees", async () => {
    const signature = twilio.getExpectedTwilioSignature(TOKEN, url, {});
    expect(twilio.validateRequestWithBody(TOKEN, signature, url, body)).toBe(true);
    expect(await verifyTwilio(requestOf(url, body, signature), [TOKEN])).toEqual({ ok: true });
    expect(await verifyTwilio(requestOf(url, `${body} `, signature), [TOKEN])).toMatchObject({ ok: false });
  });
});

/** What the wire can carry: Twilio encodes its values itself, so every text can come. */
const text = fc.string({
  unit: fc.oneof(
    fc.constantFrom("a", "Z", "0", " ", "+", "&", "=", "'", "%", "ñ", "👋", "\n"),
    fc.string({ unit: "grapheme", minLength: 1, maxLength: 1 }),
  ),
  maxLength: 12,
});
const params = fc.dictionary(
  fc.string({ unit: fc.constantFrom("A", "B", "a", "b", "0", "1", "_", "[", "]", "ñ"), minLength: 1, maxLength: 6 }),
  fc.oneof(text, fc.array(text, { minLength: 1, maxLength: 3 })),
  { maxKeys: 8, noNullPrototype: true },
);
const address = fc
  .record({
    host: fc.constantFrom("charla.example", "charla.example:443", "charla.example:8443", "xn--a-zmb.example"),
    path: fc.constantFrom("/webhooks/twilio/a", "/", "/with space's/ñ", "/a%20b"),
    query: fc.array(fc.tuple(fc.constantFrom("m", "t", "q"), text), { maxLength: 3 }),
    escape: fc.constantFrom(
      (value: string) => encodeURIComponent(value),
      (value: string) => new URLSearchParams({ v: value }).toString().slice(2),
    ),
  })
  .map(
    ({ host, path, query, escape }) =>
      `https://${host}${path}${query.length > 0 ? `?${query.map(([name, value]) => `${name}=${escape(value)}`).join("&")}` : ""}`,
  );

const listed = (values: Params): Record<string, string[]> =>
  Object.fromEntries(Object.entries(values).map(([name, value]) => [name, [value].flat()]));

describe("agreement with the official package", () => {
  it("accepts whatever it signs, for any address and parameters", async () => {
    await fc.assert(
      fc.asyncProperty(address, params, async (url, values) => {
        const signature = twilio.getExpectedTwilioSignature(TOKEN, url, listed(values));
        expect(await verifyTwilio(requestOf(url, formOf(values).toString(), signature), [TOKEN])).toEqual({ ok: true });
      }),
      { numRuns: 500 },
    );
  });

  it("holds for what the stand-in signs", () => {
    fc.assert(
      fc.property(address, params, (url, values) => {
        expect(twilio.validateRequest(TOKEN, signRequest(TOKEN, url, values), url, listed(values))).toBe(true);
      }),
      { numRuns: 500 },
    );
  });

  it("accepts the same spellings of an address, and no others", async () => {
    const other = fc.constantFrom(
      (url: string) => url,
      (url: string) => url.replace("charla.example/", "charla.example:443/"),
      (url: string) => url.replace(":443/", "/"),
      (url: string) => URL.parse(url)?.href ?? url,
      (url: string) => url.replace("https:", "http:"),
      (url: string) => url.replaceAll("%20", "+"),
      (url: string) => url.replaceAll("+", "%20"),
      (url: string) => url.replaceAll("'", "%27"),
      (url: string) => `${url}/`,
    );
    await fc.assert(
      fc.asyncProperty(address, other, async (url, respell) => {
        const signature = twilio.getExpectedTwilioSignature(TOKEN, respell(url), { A: "1" });
        const { ok } = await verifyTwilio(requestOf(url, "A=1", signature), [TOKEN]);
        expect(ok).toBe(twilio.validateRequest(TOKEN, signature, url, { A: "1" }));
      }),
      { numRuns: 1_000 },
    );
  });
});
