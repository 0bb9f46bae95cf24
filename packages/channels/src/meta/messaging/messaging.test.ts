import { MessagingPhone } from "@charla/testkit/vendors/meta/messaging-phone";
import { MetaStandIn, type Reception } from "@charla/testkit/vendors/meta/server";
import type { Page } from "@charla/testkit/vendors/meta/world";
import fc from "fast-check";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { asSent, outMedia } from "../../../test/out-media.ts";
import type { Account, Bubble, Channel, Outgoing, SendResult } from "../../contract.ts";
import { toPlain } from "../../markdown/dialects.ts";
import { channels } from "../../registry.ts";
import type { MessagingConfig, MessagingSecrets } from "./account.ts";

const { instagram, messenger } = channels;

const DAY_MS = 24 * 3_600_000;
const TOKEN = "EAAG-token-of-the-page";
const SECRET = "app_secret_0123456789abcdef";
const secrets: MessagingSecrets = { accessToken: TOKEN, appSecrets: [SECRET], verifyTokens: ["a-word-of-ours"] };

let meta: MetaStandIn;
const now = Date.now();
let serial = 0;

beforeAll(async () => {
  meta = await MetaStandIn.start({ now: () => now });
  meta.addApp("900", SECRET);
});
beforeEach(() => {
  meta.world.problems.length = 0;
  meta.reception = (): Reception => ({});
});
afterAll(() => meta.close());

const kinds: [string, Page["kind"], Channel<MessagingConfig, MessagingSecrets>][] = [
  ["messenger", "page", messenger],
  ["instagram", "instagram", instagram],
];

describe.each(kinds)("%s", (kind, pageKind, channel) => {
  type Made = { account: Account<MessagingConfig, MessagingSecrets>; phone: MessagingPhone; page: Page };

  function furnish(): Made {
    const id = `1784000000000${++serial}`;
    const token = `${TOKEN}-${serial}`;
    const page = meta.addPage({ id, kind: pageKind, appId: "900", token });
    const config = channel.configSchema.parse({ accountId: id, appId: "900", apiUrl: meta.url });
    const webhookUrl = `https://charla.example/webhooks/${kind}/chn_1`;
    const account = { id: "chn_1", tenantId: "ten_1", webhookUrl, config, secrets: { ...secrets, accessToken: token } };
    const phone = new MessagingPhone(meta, page, `90000${serial}`);
    meta.world.heard(id, phone.id, now);
    return { account, phone, page };
  }

  const outgoing = (phone: MessagingPhone, bubble: Bubble, more: Partial<Outgoing> = {}): Outgoing => ({
    id: `msg_${++serial}`,
    conversationId: "cnv_1",
    thread: phone.id,
    contact: { address: phone.id },
    bubble,
    inReplyTo: ["m_1"],
    author: "ai",
    turnId: "trn_1",
    createdAt: now,
    tries: 1,
    lastInboundAt: now,
    ...more,
  });

  const context = (): { fetch: typeof fetch; now: number; signal: AbortSignal } => ({
    fetch,
    now,
    signal: AbortSignal.timeout(5000),
  });

  const send = ({ account }: Made, message: Outgoing): Promise<SendResult> => {
    if (channel.send === undefined) throw new Error(`${kind} sends nothing`);
    return channel.send(message, account, context());
  };

  it("sends plain words to the person, as a response", async () => {
    const made = furnish();
    const result = await send(
      made,
      outgoing(made.phone, { text: "**Hola**, mira [la carta](https://shop.example/c)" }),
    );
    const [sent] = made.phone.received();
    expect(result).toEqual({ ok: true, state: "sent", providerId: sent?.id });
    expect(sent?.text).toContain("Hola");
    expect(sent?.text).not.toContain("**");
    expect(sent?.payload).toMatchObject({ recipient: { id: made.phone.id }, messaging_type: "RESPONSE" });
    expect(meta.problems).toEqual([]);
  });

  it("offers up to thirteen quick replies, and a numbered list beyond and for long titles", async () => {
    const made = furnish();
    const choices = (count: number, title = "Opción"): { id: string; title: string }[] =>
      Array.from({ length: count }, (_, n) => ({ id: `c${n + 1}`, title: `${title} ${n + 1}` }));
    const [bubble, ...none] = channel.render({ text: "¿Cuál?", buttons: choices(13) });
    expect(none).toEqual([]);
    if (bubble !== undefined) await send(made, outgoing(made.phone, asSent(bubble)));
    const message = made.phone.received()[0]?.payload["message"];
    expect(message).toMatchObject({ quick_replies: expect.objectContaining({ length: 13 }) });
    for (const buttons of [choices(14), choices(2, "Una opción que no cabe aquí")]) {
      const bubbles = channel.render({ text: "¿Cuál?", buttons });
      expect(bubbles.every((one) => one.buttons === undefined)).toBe(true);
      expect(toPlain(bubbles.map(({ text }) => text).join("\n"))).toContain(buttons.at(-1)?.title);
    }
    expect(meta.problems).toEqual([]);
  });

  it("sends each file in a message of its own and the words after them", async () => {
    const made = furnish();
    const media = [
      outMedia("https://files.example/1.jpg", "image/jpeg", { type: "image" }),
      outMedia("https://files.example/2.m4a", "audio/mp4", { type: "voice" }),
      outMedia("https://files.example/3.pdf", "application/pdf", { type: "document" }),
    ];
    for (const bubble of channel.render({ text: "Aquí están", media }))
      await send(made, outgoing(made.phone, asSent(bubble)));
    expect(made.phone.received().map(({ type, text }) => text || type)).toEqual([
      "image",
      "audio",
      "file",
      "Aquí están",
    ]);
    expect(meta.problems).toEqual([]);
  });

  it("fits the vendor's count of length, whatever the answer holds", async () => {
    const made = furnish();
    const words = fc.array(
      fc.constantFrom("**negrita**", "ñandú", "日本語", "👩‍👩‍👧", "# título\n\n", "- uno\n", "texto "),
      {
        maxLength: 700,
      },
    );
    const max = kind === "instagram" ? 1000 : 2000;
    const lengthOf = (text: string): number => (kind === "instagram" ? Buffer.byteLength(text) : text.length);
    fc.assert(
      fc.property(words, (parts) => {
        for (const { text } of channel.render({ text: parts.join("") }))
          expect(lengthOf(toPlain(text))).toBeLessThanOrEqual(max);
      }),
      { numRuns: 60, seed: 20_261_121 },
    );
    for (const bubble of channel.render({ text: "ñ日👋 ".repeat(300) }))
      await send(made, outgoing(made.phone, asSent(bubble)));
    expect(meta.problems).toEqual([]);
  });

  it("is answered for a day, by people of the business for a week", async () => {
    const made = furnish();
    const attempt = (author: Outgoing["author"], ago: number): Promise<SendResult> =>
      send(made, outgoing(made.phone, { text: author }, { author, lastInboundAt: now - ago }));
    expect(await attempt("ai", DAY_MS)).toMatchObject({ ok: true });
    expect(await attempt("ai", DAY_MS + 1)).toMatchObject({ ok: false, class: "window" });
    expect(await attempt("system", DAY_MS + 1)).toMatchObject({ ok: false, class: "window" });
    expect(await attempt("human", DAY_MS + 1)).toMatchObject({ ok: true });
    expect(await attempt("human", 7 * DAY_MS)).toMatchObject({ ok: true });
    expect(await attempt("human", 7 * DAY_MS + 1)).toMatchObject({ ok: false, class: "window" });
    expect(made.phone.received().map(({ payload }) => payload["tag"])).toEqual([
      undefined,
      "HUMAN_AGENT",
      "HUMAN_AGENT",
    ]);
  });

  it("learns from the vendor that the window is closed, or the person gone", async () => {
    const made = furnish();
    meta.world.heard(made.page.id, made.phone.id, now - DAY_MS - 1);
    expect(await send(made, outgoing(made.phone, { text: "tarde" }))).toMatchObject({ ok: false, class: "window" });
    const nobody = new MessagingPhone(meta, made.page, "404");
    expect(await send(made, outgoing(nobody, { text: "¿hola?" }))).toMatchObject({ ok: false, class: "invalid" });
  });

  it("calls a send ambiguous whose answer was lost, and the token's failure ours to mend", async () => {
    const made = furnish();
    meta.reception = (): Reception => ({ how: "cut" });
    expect(await send(made, outgoing(made.phone, { text: "¿llegó?" }))).toMatchObject({ class: "ambiguous" });
    expect(made.phone.received()).toHaveLength(1);
    const account = { ...made.account, secrets: { ...secrets, accessToken: "EAAG-of-nobody" } };
    const result = await send({ ...made, account }, outgoing(made.phone, { text: "x" }));
    expect(result).toMatchObject({ ok: false, class: "auth" });
    expect(JSON.stringify(result)).not.toContain("EAAG-of-nobody");
  });

  it("shows that it has read and that it writes", async () => {
    const { account, phone, page } = furnish();
    const about = { thread: phone.id, contact: { address: phone.id }, events: [] };
    await channel.attend?.({ moment: "read", ...about }, account, context());
    await channel.attend?.({ moment: "typing", ...about }, account, context());
    const marks = meta.world.marks.filter((mark) => mark.account === page.id);
    expect(marks.map(({ to, mark }) => [to, mark])).toEqual([
      [phone.id, "read"],
      [phone.id, "typing"],
    ]);
  });

  it("opens files on Meta's hosts only, without a token", async () => {
    const { account } = furnish();
    const seen: [string, string | null][] = [];
    const answering: typeof fetch = async (input, init) => {
      seen.push([new URL(String(input)).host, new Headers(init?.headers).get("authorization")]);
      return new Response("bytes", { headers: { "content-type": "image/jpeg" } });
    };
    const open = async (ref: string): Promise<unknown> =>
      channel.media?.({ type: "image", ref }, account, { ...context(), fetch: answering });
    expect(await open("https://scontent.xx.fbcdn.net/1.jpg")).toMatchObject({ ok: true, mime: "image/jpeg" });
    for (const ref of [
      "https://evil.example/1.jpg",
      "https://fbcdn.net.evil.example/1",
      "http://cdn.fbsbx.com/1",
      "nonsense",
    ])
      expect(await open(ref)).toMatchObject({ ok: false, class: "denied" });
    expect(seen).toEqual([["scontent.xx.fbcdn.net", null]]);
  });
});

describe("connecting", () => {
  const connect = async (page: Page, config: Record<string, unknown> = {}): Promise<Record<string, string>> => {
    const channel = page.kind === "page" ? messenger : instagram;
    const parsed = channel.configSchema.parse({ accountId: page.id, appId: page.appId, apiUrl: meta.url, ...config });
    const webhookUrl = `https://charla.example/webhooks/${channel.kind}/chn_1`;
    const account = {
      id: "chn_1",
      tenantId: "ten_1",
      webhookUrl,
      config: parsed,
      secrets: { ...secrets, accessToken: page.token },
    };
    const report = await channel.connect?.(account, { fetch, now, signal: AbortSignal.timeout(5000) });
    for (const { title, help } of report?.checks ?? [])
      for (const text of [title, help]) if (text) expect(text.es).not.toBe(text.en);
    return Object.fromEntries((report?.checks ?? []).map(({ id, state }) => [id, state]));
  };

  it("subscribes the page and finds it subscribed the second time", async () => {
    const app = meta.addApp("901", SECRET);
    const page = meta.addPage({ id: "5501", kind: "page", appId: "901", token: "EAAG-page-5501" });
    const url = "https://charla.example/webhooks/messenger/chn_1";
    const fields = ["messages", "messaging_postbacks", "message_echoes", "message_deliveries", "message_reads"];
    app.subscriptions = [
      {
        object: "page",
        callback_url: url,
        verify_token: "x",
        fields: [...fields, "message_reactions", "message_edits", "messaging_referrals"],
      },
    ];
    expect(await connect(page)).toEqual({
      app: "ok",
      token: "ok",
      permissions: "ok",
      account: "ok",
      subscription: "fixed",
      fields: "ok",
    });
    expect(page.subscribedFields).toContain("message_echoes");
    expect(await connect(page)).toMatchObject({ subscription: "ok" });
  });

  it("does not take the address of an app away from whoever has it", async () => {
    const app = meta.addApp("902", SECRET);
    const page = meta.addPage({ id: "5502", kind: "page", appId: "902", token: "EAAG-page-5502" });
    app.subscriptions = [{ object: "page", callback_url: "https://elsewhere.example/", verify_token: "x", fields: [] }];
    expect(await connect(page)).toMatchObject({ fields: "broken" });
    expect(app.subscriptions[0]?.callback_url).toBe("https://elsewhere.example/");
  });

  it("says so when the token is of another account or of nobody", async () => {
    meta.addApp("903", SECRET);
    const page = meta.addPage({ id: "5503", kind: "instagram", appId: "903", token: "EAAG-page-5503" });
    expect(await connect(page, { accountId: "5504" })).toMatchObject({ account: "broken" });
    expect(await connect({ ...page, token: "EAAG-of-nobody" })).toMatchObject({ token: "broken" });
    expect(await connect(page, { apiUrl: "http://127.0.0.1:1" })).toMatchObject({ reach: "broken" });
  });
});
