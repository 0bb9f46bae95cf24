import { Webhook } from "standardwebhooks";
import { describe, expect, it } from "vitest";
import { isSigningSecret, newSigningSecret, sign, verify } from "./standard-webhooks.ts";

const now = 1_795_219_260_000;
const seconds = Math.floor(now / 1000);
const body = new TextEncoder().encode('{"type":"message","text":"¿qué tal? 👋"}');
const refused = { ok: false, status: 401 };

async function headersOf(secret: string, timestamp: number = seconds, id = "evt_1"): Promise<Headers> {
  const signature = await sign(secret, id, timestamp, body);
  return new Headers({ "webhook-id": id, "webhook-timestamp": String(timestamp), "webhook-signature": signature });
}

describe("signing", () => {
  it("makes what the reference library makes", async () => {
    const secret = newSigningSecret();
    const reference = new Webhook(secret).sign("evt_1", new Date(now), new TextDecoder().decode(body));
    expect(await sign(secret, "evt_1", seconds, body)).toBe(reference);
  });

  it("refuses to sign with something that is no secret", async () => {
    await expect(sign("hunter2", "evt_1", seconds, body)).rejects.toThrow("whsec_");
  });

  it.each(["", "whsec_", "whsec_***", "whsec_c2hvcnQ=", "MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"])(
    "does not take %j for a secret",
    (text) => {
      expect(isSigningSecret(text)).toBe(false);
    },
  );
});

describe("verifying", () => {
  it("accepts either of two active secrets and one good signature among several", async () => {
    const [current, old] = [newSigningSecret(), newSigningSecret()];
    expect(await verify(await headersOf(old), body, [current, old], now)).toEqual({ ok: true });
    const headers = await headersOf(current);
    headers.set("webhook-signature", `v1a,zzzz v1,short v1,${"A".repeat(43)}= ${headers.get("webhook-signature")}`);
    expect(await verify(headers, body, [current], now)).toEqual({ ok: true });
  });

  it.each([
    [-300, { ok: true }],
    [300, { ok: true }],
    [-301, refused],
    [301, refused],
    [-600, refused],
    [600, refused],
  ])("with a timestamp %i seconds away answers as it must", async (offset, expected) => {
    const secret = newSigningSecret();
    expect(await verify(await headersOf(secret, seconds + offset), body, [secret], now)).toMatchObject(expected);
  });

  it("refuses an id of which the signature is not, and ids that no header may hold", async () => {
    const secret = newSigningSecret();
    for (const id of ["evt_2", " ", "x".repeat(257), "ñ"]) {
      const headers = await headersOf(secret);
      headers.set("webhook-id", id);
      expect(await verify(headers, body, [secret], now)).toMatchObject(refused);
    }
  });

  it("refuses everything where no secret is usable", async () => {
    const headers = await headersOf(newSigningSecret());
    expect(await verify(headers, body, [], now)).toMatchObject(refused);
    expect(await verify(headers, body, ["whsec_", "nonsense"], now)).toMatchObject(refused);
  });

  it("looks at a bounded number of signatures", async () => {
    const secret = newSigningSecret();
    const headers = await headersOf(secret);
    headers.set("webhook-signature", `${`v1,${"A".repeat(43)}= `.repeat(50)}${headers.get("webhook-signature")}`);
    expect(await verify(headers, body, [secret], now)).toMatchObject(refused);
  });
});
