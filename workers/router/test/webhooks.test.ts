import { SELF } from "cloudflare:test";
import { env } from "cloudflare:workers";
import { channels } from "@charla/channels/registry";
import { disableChannel } from "@charla/services/channels/disable";
import { rotateChannelSecret } from "@charla/services/channels/rotate-secret";
import { listDeadLetters } from "@charla/services/dead-letters/list";
import { newId } from "@charla/domain/ids";
import type { LogRow } from "@charla/domain/log";
import { objectNameOf } from "@charla/domain/inbound";
import { beforeAll, describe, expect, it } from "vitest";
import { connect, messageOf, signed, type Connected } from "./connected.ts";

/** The real Worker with its real neighbours: what an integrator sees. */
const post = (request: Request): Promise<Response> => SELF.fetch(request);

let shop: Connected;
beforeAll(async () => {
  shop = await connect();
});

async function rowsOf({ tenantId, channelId }: Connected, thread: string): Promise<{ kind: string; id?: string }[]> {
  const stub = env.CONVERSATION.getByName(objectNameOf({ tenantId, channelId, thread }));
  const { rowsJson } = await stub.view({ tenantId, afterSeq: 0, limit: 100 });
  return (JSON.parse(rowsJson) as LogRow[]).flatMap((row) =>
    row.kind === "in" ? [{ kind: row.body.event.kind, id: row.body.event.externalId }] : [],
  );
}

describe("a signed webhook", () => {
  it("is durable in its conversation when it is answered", async () => {
    const response = await post(await signed(shop, messageOf({ id: "first", conversation: "durable" })));
    expect(response.status).toBe(200);
    expect(await response.json()).toEqual({ accepted: 1, duplicates: 0, rejected: [] });
    expect(response.headers.get("x-tracking-id")).toMatch(/^trk_/);
    expect(await rowsOf(shop, "durable")).toEqual([{ kind: "message", id: "first" }]);
  });

  it("delivered ten times at once and once more is one message", async () => {
    const body = messageOf({ id: "again", conversation: "repeated" });
    const once = async (): Promise<{ accepted: number; duplicates: number }> =>
      (await post(await signed(shop, body))).json();
    const answers = [...(await Promise.all(Array.from({ length: 10 }, once))), await once()];
    expect(answers.reduce((sum, { accepted }) => sum + accepted, 0)).toBe(1);
    expect(answers.reduce((sum, { duplicates }) => sum + duplicates, 0)).toBe(10);
    expect(await rowsOf(shop, "repeated")).toHaveLength(1);
  });

  it("with 1,000 events over 40 conversations, one of them poisoned, stores 999 and shows the other", async () => {
    const events = Array.from({ length: 1000 }, (_, i) =>
      messageOf({ id: `mass-${i}`, conversation: `mass-${i % 40}` }),
    );
    events[500] = { ...events[500], contact: { id: 7 }, text: "poisoned text" };
    const response = await post(await signed(shop, { events }));
    expect(await response.json()).toEqual({
      accepted: 999,
      duplicates: 0,
      rejected: [{ index: 500, reason: "invalid_contact" }],
    });
    const { data } = await listDeadLetters(shop.ctx, { limit: 50 });
    expect(data.filter(({ channelId }) => channelId === shop.channelId)).toHaveLength(1);
    // A repetition quarantines nothing twice.
    await post(await signed(shop, { events }));
    expect((await listDeadLetters(shop.ctx, { limit: 50 })).data).toHaveLength(data.length);
  });

  it("of statuses only is accepted", async () => {
    const status = {
      type: "status",
      conversation: "durable",
      message: newId("message"),
      status: "read",
      timestamp: Date.now(),
    };
    expect((await post(await signed(shop, status))).status).toBe(200);
  });
});

describe("who may not in", () => {
  it("gets the same answer for an unknown, a malformed, a disabled and a foreign kind of account", async () => {
    const off = await connect();
    await disableChannel(off.ctx, off.channelId, channels);
    const chat = await connect("webchat");
    const requests = [
      await signed({ ...shop, channelId: newId("channel") }, messageOf()),
      await signed(shop, messageOf(), { path: "/webhooks/http/chn_x" }),
      await signed(shop, messageOf(), { path: "/webhooks/http/" }),
      await signed(shop, messageOf(), { path: `/webhooks/webchat/${shop.channelId}` }),
      await signed(shop, messageOf(), { path: `/webhooks/constructor/${shop.channelId}` }),
      await signed(shop, messageOf(), { path: `/webhooks/webchat/${chat.channelId}` }),
      await signed(off, messageOf()),
      await signed(shop, messageOf(), { path: "/" }),
    ];
    const bodies = new Set<string>();
    for (const request of requests) {
      const response = await post(request);
      expect(response.status, request.url).toBe(404);
      bodies.add(await response.text());
    }
    expect(bodies.size).toBe(1);
  });

  it("is refused with 401 and one body whatever is wrong with the signature, and nothing is stored", async () => {
    const other = await connect();
    const body = messageOf({ id: "forged", conversation: "forged" });
    const requests = [
      await signed(shop, body, { headers: { "webhook-signature": "" } }),
      await signed(shop, body, { headers: { "webhook-signature": "v1,x" } }),
      await signed(shop, body, { headers: { "webhook-signature": `v1,${"A".repeat(43)}=` } }),
      await signed(shop, body, { headers: { "webhook-timestamp": String(Math.floor(Date.now() / 1000) - 301) } }),
      await signed(shop, body, { headers: { "webhook-timestamp": "NaN" } }),
      await signed(shop, body, { headers: { "webhook-id": "evt_other" } }),
      await signed({ channelId: shop.channelId, secret: other.secret }, body),
    ];
    const bodies = new Set<string>();
    for (const request of requests) {
      const response = await post(request);
      expect(response.status).toBe(401);
      bodies.add(await response.text());
    }
    expect(bodies.size).toBe(1);
    await expect(rowsOf(shop, "forged")).rejects.toThrow();
  });

  it("may in at once with a secret that was rotated while the old one was remembered", async () => {
    const mine = await connect();
    expect((await post(await signed(mine, messageOf({ conversation: "before" })))).status).toBe(200);
    let secret = "";
    for (let times = 0; times < 2; times++) {
      const { secrets } = await rotateChannelSecret(mine.ctx, { channelId: mine.channelId }, channels);
      const list = secrets["signingSecrets"];
      secret = Array.isArray(list) ? String(list[0]) : "";
    }
    const rotated = { channelId: mine.channelId, secret };
    expect((await post(await signed(rotated, messageOf({ conversation: "after" })))).status).toBe(200);
    expect((await post(await signed(mine, messageOf({ conversation: "gone" })))).status).toBe(401);
  });

  it("of another method gets 405", async () => {
    for (const method of ["GET", "PUT", "DELETE"]) {
      const response = await post(new Request(`https://charla.example/webhooks/http/${shop.channelId}`, { method }));
      expect(response.status).toBe(405);
      expect(response.headers.get("allow")).toBe("POST");
    }
  });
});

describe("bodies nobody should send", () => {
  const long = "x".repeat(1_048_577);

  it("of more than a megabyte are 413, announced or not", async () => {
    expect((await post(await signed(shop, long))).status).toBe(413);
    let sent = 0;
    const endless = new ReadableStream<Uint8Array>({
      pull(controller) {
        sent += 65_536;
        controller.enqueue(new Uint8Array(65_536));
      },
    });
    const request = new Request(`https://charla.example/webhooks/http/${shop.channelId}`, {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: endless,
    });
    expect((await post(request)).status).toBe(413);
    expect(sent).toBeLessThan(8 * 1_048_576);
  });

  it.each([["text/plain"], ["application/json; charset=iso-8859-1"], [""]])("of type %j are 415", async (type) => {
    expect((await post(await signed(shop, messageOf(), { headers: { "content-type": type } }))).status).toBe(415);
  });

  it("that are compressed are 415", async () => {
    expect((await post(await signed(shop, messageOf(), { headers: { "content-encoding": "gzip" } }))).status).toBe(415);
  });

  it.each([["application/json; charset=utf-8"], ['Application/JSON; charset="UTF-8"']])(
    "of type %s are read",
    async (type) => {
      expect((await post(await signed(shop, messageOf(), { headers: { "content-type": type } }))).status).toBe(200);
    },
  );

  it.each([
    ["no JSON", "hello"],
    ["nothing", ""],
    ["depth", `${"[".repeat(100_000)}${"]".repeat(100_000)}`],
    ["NaN", '{"type":NaN}'],
  ])("that hold %s are 400", async (_, body) => {
    const response = await post(await signed(shop, body));
    expect(response.status).toBe(400);
    expect(response.headers.get("content-type")).toBe("application/problem+json");
  });

  it("of the longest text, odd characters and hostile names are stored as they must be", async () => {
    const texts = ["x".repeat(100_001), "👩‍👩‍👧‍👦", "\u200b\u202e\u0000a", '{"__proto__":{"x":1}}', "'; DROP TABLE log; --"];
    for (const [i, text] of texts.entries()) {
      const body = messageOf({
        id: `odd-${i}`,
        conversation: "odd",
        text,
        contact: { id: "u", name: "<img src=x>" },
        __proto__: { polluted: true },
      });
      expect(await (await post(await signed(shop, body))).json()).toMatchObject({ accepted: 1, rejected: [] });
    }
    expect(await rowsOf(shop, "odd")).toHaveLength(texts.length);
    expect({}).not.toHaveProperty("polluted");
  });
});
