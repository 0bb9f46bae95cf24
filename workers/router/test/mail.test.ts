import { SELF } from "cloudflare:test";
import { env } from "cloudflare:workers";
import { channels } from "@charla/channels/registry";
import type { InboundMessage } from "@charla/domain/inbound";
import { objectNameOf } from "@charla/domain/inbound";
import type { LogRow } from "@charla/domain/log";
import { createChannel } from "@charla/services/channels/create";
import { disableChannel } from "@charla/services/channels/disable";
import { beforeAll, beforeEach, describe, expect, it } from "vitest";
import { depsOf } from "../src/deps.ts";
import type { Deps } from "../src/deps.ts";
import { handleWebhook } from "../src/inbound.ts";
import { takeMail } from "../src/mail.ts";
import { tallyIn } from "../src/tally.ts";
import { connect, type Connected } from "./connected.ts";

/** Raw mail and mail webhooks in the real Worker with its real neighbours. */
let shop: Connected;
let serial = 0;
beforeAll(async () => {
  shop = await connect();
});

type Account = { channelId: string; address: string; thread: (mail: string) => Promise<string> };

async function account(
  provider: Record<string, string>,
  secrets?: Record<string, string[] | string>,
): Promise<Account> {
  const address = `soporte${++serial}@tienda.example`;
  const wish = { kind: "email", name: "Correo", agentId: shop.agentId, config: { address, provider } };
  const { id } = await createChannel(shop.ctx, { ...wish, ...(secrets && { secrets }) }, channels);
  return { channelId: id, address, thread: (mail) => threadName("ada@example.org", mail) };
}

async function threadName(address: string, root: string): Promise<string> {
  const digest = await crypto.subtle.digest("SHA-256", new TextEncoder().encode(`${address}\n${root}`));
  let bits = "";
  for (const byte of new Uint8Array(digest, 0, 10)) bits += byte.toString(2).padStart(8, "0");
  const letters = "abcdefghijklmnopqrstuvwxyz234567";
  return (bits.match(/.{5}/g) ?? []).map((five) => letters.charAt(parseInt(five, 2))).join("");
}

async function messagesOf({ channelId, thread }: Account, mail: string): Promise<InboundMessage[]> {
  const key = { tenantId: shop.tenantId, channelId, thread: await thread(mail) };
  const { rowsJson } = await env.CONVERSATION.getByName(objectNameOf(key)).view({
    tenantId: shop.tenantId,
    afterSeq: 0,
    limit: 100,
  });
  return (JSON.parse(rowsJson) as LogRow[]).flatMap((row) =>
    row.kind === "in" && row.body.event.kind === "message" ? [row.body.event] : [],
  );
}

const mime = (id: string, more = "", body = "Hola"): Uint8Array =>
  new TextEncoder().encode(
    `From: Ada <ada@example.org>\r\nTo: x@tienda.example\r\nSubject: Pedido\r\nMessage-ID: ${id}\r\n${more}\r\n${body}\r\n`,
  );
const to = (address: string, raw: Uint8Array): Parameters<typeof takeMail>[0] => ({
  from: "ada@example.org",
  to: address,
  raw,
});
const deps = (change: Partial<Deps> = {}): Deps => ({ ...depsOf(env), ...change });

describe("a raw mail", () => {
  it("is durable in its conversation when it is taken, once however often it comes", async () => {
    const mine = await account({ name: "cloudflare" });
    for (let times = 0; times < 3; times++)
      expect(await takeMail(to(mine.address, mime("<a1@x>")), deps())).toEqual({ taken: true });
    expect(await messagesOf(mine, "<a1@x>")).toMatchObject([{ externalId: "<a1@x>", text: "Hola", subject: "Pedido" }]);
  });

  it("finds its account by the address, whatever its case and its detail", async () => {
    const mine = await account({ name: "cloudflare" });
    const detailed = mine.address.toUpperCase().replace("@", "+c0d3@");
    expect(await takeMail(to(detailed, mime("<a2@x>")), deps())).toEqual({ taken: true });
    expect(await messagesOf(mine, "<a2@x>")).toHaveLength(1);
  });

  it("for an address that nobody has, or whose channel is off, is refused for good", async () => {
    const gone = { taken: false, reason: expect.stringContaining("5.1.1") };
    expect(await takeMail(to("nadie@tienda.example", mime("<a3@x>")), deps())).toEqual(gone);
    const mine = await account({ name: "cloudflare" });
    await disableChannel(shop.ctx, mine.channelId, channels);
    expect(await takeMail(to(mine.address, mime("<a4@x>")), deps())).toEqual(gone);
    const other = await account({ name: "postmark" });
    expect(await takeMail(to(other.address, mime("<a5@x>")), deps())).toEqual(gone);
  });

  it("that cannot be made durable stays with its sender", async () => {
    const mine = await account({ name: "cloudflare" });
    const broken = deps({
      conversation: () => ({ accept: () => Promise.reject(new Error("disk full")) }),
    });
    await expect(takeMail(to(mine.address, mime("<a6@x>")), broken)).rejects.toMatchObject({ code: "UNAVAILABLE" });
    const full = deps({ files: { put: () => Promise.reject(new Error("down")) } });
    await expect(takeMail(to(mine.address, withFile("<a7@x>")), full)).rejects.toThrow("down");
    expect(await takeMail(to(mine.address, withFile("<a7@x>")), deps())).toEqual({ taken: true });
  });

  it("has its files stored under the tenant before it is taken", async () => {
    const mine = await account({ name: "cloudflare" });
    await takeMail(to(mine.address, withFile("<a8@x>")), deps());
    const [message] = await messagesOf(mine, "<a8@x>");
    const ref = message?.media?.[0]?.ref ?? "";
    expect(ref.startsWith(`r2:inbound/${shop.tenantId}/${mine.channelId}/`)).toBe(true);
    expect(message?.media).toMatchObject([{ type: "document", mime: "application/pdf", name: "f.pdf", size: 6 }]);
    expect(await (await env.FILES.get(ref.slice(3)))?.text()).toBe("%PDF-1");
  });

  it("cannot come in as a request", async () => {
    const mine = await account({ name: "cloudflare" });
    const request = (type: string): Request =>
      new Request(`https://charla.example/webhooks/email/${mine.channelId}`, {
        method: "POST",
        headers: { "content-type": type, "x-envelope-to": mine.address },
        body: mime("<a9@x>"),
      });
    expect((await SELF.fetch(request("message/rfc822"))).status).toBe(415);
    expect((await SELF.fetch(request("application/json"))).status).toBe(401);
  });
});

const withFile = (id: string): Uint8Array =>
  mime(
    id,
    "MIME-Version: 1.0\r\nContent-Type: multipart/mixed; boundary=b\r\n",
    `--b\r\nContent-Type: text/plain\r\n\r\nHola\r\n--b\r\nContent-Type: application/pdf; name=f.pdf\r\nContent-Disposition: attachment; filename=f.pdf\r\nContent-Transfer-Encoding: base64\r\n\r\n${btoa("%PDF-1")}\r\n--b--`,
  );

describe("two machines that answer each other", () => {
  it("are stopped after six mails of one exchange in an hour, and the mails are kept", async () => {
    const mine = await account({ name: "cloudflare" });
    for (let n = 0; n < 8; n++) await takeMail(to(mine.address, mime(`<l${n}@x>`, "References: <l@x>\r\n")), deps());
    const why = (await messagesOf(mine, "<l@x>")).map(({ unanswered }) => unanswered);
    expect(why).toEqual([...Array.from({ length: 6 }, () => undefined), "loop", "loop"]);
    // A repetition of an answered one is no further mail.
    await takeMail(to(mine.address, mime("<l0@x>", "References: <l@x>\r\n")), deps());
    expect(await messagesOf(mine, "<l@x>")).toHaveLength(8);
  });

  it("are stopped after twenty in a day, even where each mail begins a new exchange", async () => {
    const mine = await account({ name: "cloudflare" });
    for (let n = 0; n < 21; n++) await takeMail(to(mine.address, mime(`<d${n}@x>`)), deps());
    expect((await messagesOf(mine, "<d19@x>"))[0]).not.toHaveProperty("unanswered");
    expect((await messagesOf(mine, "<d20@x>"))[0]).toMatchObject({ unanswered: "loop" });
  });
});

describe("the tally", () => {
  const hour = 3_600_000;
  let store: Map<string, string>;
  let failures: unknown[];
  let tally: ReturnType<typeof tallyIn>;
  beforeEach(() => {
    store = new Map();
    failures = [];
    const kv = {
      get: async (key: string) => store.get(key) ?? null,
      put: async (key: string, text: string) => void store.set(key, text),
    };
    tally = tallyIn(kv, (error) => failures.push(error));
  });

  it("gives each id its place, the same again, and forgets what is old", async () => {
    expect([await tally("k", "a", hour, 1), await tally("k", "b", hour, 2), await tally("k", "a", hour, 3)]).toEqual([
      1, 2, 1,
    ]);
    expect(await tally("other", "b", hour, 4)).toBe(1);
    expect(await tally("k", "c", hour, hour + 1.5)).toBe(2);
  });

  it("does not grow without end", async () => {
    for (let n = 0; n < 200; n++) await tally("k", `id${n}`, hour, n);
    expect(JSON.parse(store.get("tally:k") ?? "[]")).toHaveLength(64);
    expect(await tally("k", "more", hour, 300)).toBe(65);
  });

  it("lets pass where it cannot count", async () => {
    const down = { get: () => Promise.reject(new Error("down")), put: () => Promise.resolve() };
    expect(await tallyIn(down, (error) => failures.push(error))("k", "a", hour, 1)).toBe(1);
    store.set("tally:k", "{");
    expect(await tally("k", "a", hour, 1)).toBe(1);
    expect(failures).toHaveLength(2);
  });
});

describe("a webhook that only says that there is a mail", () => {
  const secret = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw";
  const resend = () => account({ name: "resend" }, { apiKey: "re_0123456789", signingSecrets: [secret] });
  const whole = { text: "¿Abrís hoy?", html: null, headers: { references: "<r0@x>" } };

  async function request({ channelId, address }: Account, id: string): Promise<Request> {
    const data = {
      email_id: id,
      from: "Ada <ada@example.org>",
      to: [address],
      message_id: `<${id}@x>`,
      subject: "Hoy",
    };
    const body = JSON.stringify({ type: "email.received", created_at: new Date().toISOString(), data });
    const timestamp = Math.floor(Date.now() / 1000);
    const raw = Uint8Array.from(atob(secret.slice(6)), (char) => char.charCodeAt(0));
    const key = await crypto.subtle.importKey("raw", raw, { name: "HMAC", hash: "SHA-256" }, false, ["sign"]);
    const mac = await crypto.subtle.sign("HMAC", key, new TextEncoder().encode(`m${id}.${timestamp}.${body}`));
    return new Request(`https://charla.example/webhooks/email/${channelId}`, {
      method: "POST",
      headers: {
        "content-type": "application/json",
        "svix-id": `m${id}`,
        "svix-timestamp": String(timestamp),
        "svix-signature": `v1,${btoa(String.fromCharCode(...new Uint8Array(mac)))}`,
      },
      body,
    });
  }

  it("is completed before it is taken", async () => {
    const mine = await resend();
    const asked: string[] = [];
    const fetch: typeof globalThis.fetch = async (input) => {
      asked.push(String(input));
      return Response.json(whole);
    };
    expect((await handleWebhook(await request(mine, "e1"), deps({ fetch }))).status).toBe(200);
    expect(asked).toEqual(["https://api.resend.com/emails/receiving/e1?html_format=cid"]);
    expect(await messagesOf(mine, "<r0@x>")).toMatchObject([{ text: "¿Abrís hoy?", subject: "Hoy" }]);
  });

  it.each([
    ["answers 500", async () => new Response("", { status: 500 })],
    ["refuses the key", async () => new Response("{}", { status: 401 })],
    ["is not there", () => Promise.reject(new TypeError("Network connection lost."))],
  ])("is left to the vendor's next try when its API %s", async (_, fetch) => {
    const mine = await resend();
    const response = await handleWebhook(await request(mine, "e2"), deps({ fetch }));
    expect(response.status).toBe(503);
    expect(response.headers.get("retry-after")).not.toBeNull();
    expect(await messagesOf(mine, "<e2@x>").catch(() => [])).toEqual([]);
    const again = await handleWebhook(await request(mine, "e2"), deps({ fetch: async () => Response.json(whole) }));
    expect(again.status).toBe(200);
  });

  it("of a mail that is gone is kept as far as it is known", async () => {
    const mine = await resend();
    const fetch = async (): Promise<Response> => new Response("{}", { status: 404 });
    expect((await handleWebhook(await request(mine, "e3"), deps({ fetch }))).status).toBe(200);
    expect(await messagesOf(mine, "<e3@x>")).toMatchObject([{ text: "Hoy" }]);
  });
});
