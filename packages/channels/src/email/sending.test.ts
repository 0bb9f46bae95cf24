import { newId } from "@charla/domain/ids";
import type { InboundMessage } from "@charla/domain/inbound";
import { PostmarkAccount } from "@charla/testkit/vendors/mail/postmark/account";
import { PostmarkServer } from "@charla/testkit/vendors/mail/postmark/server";
import { ResendServer } from "@charla/testkit/vendors/mail/resend/server";
import { ResendTeam } from "@charla/testkit/vendors/mail/resend/team";
import fc from "fast-check";
import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import { cloudflare, emailAccount, NOW, outgoing, sendContext } from "../../test/email-account.ts";
import { outMedia } from "../../test/out-media.ts";
import type { OutMedia, PlatformMail, SendContext } from "../contract.ts";
import { referencesOf } from "./references.ts";
import { openEmailFile, sendEmail, varyEmail } from "./sending.ts";
import { replySubject } from "./subject.ts";
import { readCode } from "./token.ts";

let resend: ResendServer;
let postmark: PostmarkServer;
const team = new ResendTeam();
const shop = new PostmarkAccount("example.com");
team.addDomain("example.com");
beforeAll(async () => {
  resend = await ResendServer.start();
  postmark = await PostmarkServer.start();
  resend.admit(team);
  postmark.admit(shop);
});
afterEach(() => {
  resend.reception = postmark.reception = () => ({});
});
afterAll(async () => {
  expect([...resend.problems, ...postmark.problems]).toEqual([]);
  await Promise.all([resend.close(), postmark.close()]);
});

const byResend = () => emailAccount({ name: "resend", apiUrl: resend.url }, {}, { apiKey: team.key });
const byPostmark = () =>
  emailAccount({ name: "postmark", apiUrl: postmark.url, messageStream: "outbound" }, {}, { apiKey: shop.token });
const onNet = (): SendContext => sendContext({ fetch: (input, init) => fetch(input, init) });
const answers: InboundMessage = {
  kind: "message",
  externalId: "<m2@example.org>",
  at: NOW,
  text: "¿Cuándo?",
  subject: "RE: Re: Pedido 42",
  references: ["<m0@example.org>", "<r1@example.com>"],
};

describe.each([
  ["Resend", () => resend, byResend],
  ["Postmark", () => postmark, byPostmark],
])("a mail by %s", (_, server, account) => {
  it("has both forms, its place in the exchange, and a way back that is signed", async () => {
    const message = outgoing({
      id: newId("message"),
      contact: { address: `${newId("message")}@example.org` },
      answers,
    });
    expect(await sendEmail(message, account(), onNet())).toMatchObject({ ok: true, state: "sent" });
    const [letter] = server().lettersTo(message.contact.address);
    expect(letter).toMatchObject({
      from: '"Tienda" <support@example.com>',
      subject: "Re: Pedido 42",
      text: "Sí, mañana.",
      tags: { thread: message.thread, message: message.id },
    });
    expect(letter?.html).toContain("<strong>mañana</strong>");
    expect(letter?.headers).toMatchObject({
      "In-Reply-To": "<m2@example.org>",
      References: "<m0@example.org> <r1@example.com> <m2@example.org>",
      "Auto-Submitted": "auto-replied",
      "X-Auto-Response-Suppress": "All",
      "List-Unsubscribe-Post": "List-Unsubscribe=One-Click",
      "X-Charla-Message": message.id,
    });
    const [local = ""] = letter?.replyTo.split("@") ?? [];
    expect(local.length).toBeLessThanOrEqual(64);
    const proof = await readCode(account(), local.slice("support+".length), message.contact.address);
    expect(proof).toEqual({ thread: message.thread, mine: true });
  });

  it("of a person is no automatic answer, and one that answers nothing says so", async () => {
    const to = { address: `${newId("message")}@example.org` };
    await sendEmail(outgoing({ id: newId("message"), contact: to, answers, author: "human" }), account(), onNet());
    await sendEmail(outgoing({ id: newId("message"), contact: to, inReplyTo: [] }), account(), onNet());
    const [human, first] = server().lettersTo(to.address);
    expect(human?.headers).not.toHaveProperty("Auto-Submitted");
    expect(first).toMatchObject({ subject: "Tienda", headers: { "Auto-Submitted": "auto-generated" } });
    expect(first?.headers).not.toHaveProperty("In-Reply-To");
  });

  it("whose answer was lost is ambiguous", async () => {
    server().reception = () => ({ how: "cut" });
    const message = outgoing({ id: newId("message") });
    expect(await sendEmail(message, account(), onNet())).toMatchObject({ ok: false, class: "ambiguous" });
  });
});

it("is sent once by Resend however often it is asked for", async () => {
  const message = outgoing({ id: newId("message"), contact: { address: "once@example.org" } });
  resend.reception = () => ({ how: "cut" });
  await sendEmail(message, byResend(), onNet());
  resend.reception = () => ({});
  expect(await sendEmail(message, byResend(), onNet())).toMatchObject({ ok: true });
  expect(resend.lettersTo("once@example.org")).toMatchObject([{ asked: 2 }]);
});

it("gives each vendor the policy that its means allow", () => {
  expect(varyEmail(byResend()).ambiguous).toMatchObject({ tier: "key" });
  expect(varyEmail(byPostmark()).ambiguous).toEqual({ tier: "none", policy: "resend" });
  expect(varyEmail(cloudflare).ambiguous).toEqual({ tier: "none", policy: "resend" });
});

it("does not write to who is inactive at Postmark", async () => {
  shop.inactive.add("gone@example.org");
  const message = outgoing({ contact: { address: "gone@example.org" } });
  expect(await sendEmail(message, byPostmark(), onNet())).toMatchObject({ ok: false, class: "optout" });
});

describe("files", () => {
  it("are brought, or linked to where they cannot be", async () => {
    const to = { address: "files@example.org" };
    const pdf = (n: string, more: Partial<OutMedia>): OutMedia =>
      outMedia(`http://charla.example/${n}.pdf`, "application/pdf", { type: "document", ref: n, ...more });
    const media = [
      pdf("a", { name: "factura.pdf" }),
      pdf("gone", { name: "otra.pdf" }),
      pdf("a", { name: "enorme.pdf", size: 50_000_000 }),
    ];
    const readFile = async ({ ref }: OutMedia) => (ref === "a" ? new Uint8Array(Buffer.from("%PDF-1")) : null);
    for (const [account, server] of [
      [byPostmark(), postmark],
      [byResend(), resend],
    ] as const) {
      const message = outgoing({ id: newId("message"), contact: to, bubble: { text: "Aquí tiene", media } });
      await sendEmail(message, account, { ...onNet(), readFile });
      const [letter] = server.lettersTo(to.address);
      expect(letter?.files).toEqual([{ name: "factura.pdf", mime: "application/pdf", bytes: Buffer.from("%PDF-1") }]);
      expect(letter?.html).toContain(`href="http://charla.example/gone.pdf"`);
      expect(letter?.text).toContain("enorme.pdf");
    }
  });

  it("of a mail at Resend are opened by their signed link and without the key", async () => {
    const draft = {
      from: "a@example.org",
      name: "A",
      to: ["support@example.com"],
      subject: "x",
      text: "x",
      date: new Date(),
      messageId: "<1@x>",
      headers: {},
      files: [{ name: "a.txt", mime: "text/plain", bytes: Buffer.from("hola") }],
    };
    const received = team.keep(draft);
    const ref = `${received.id}/${received.files[0]?.id}`;
    const opened = await openEmailFile({ type: "document", ref }, byResend(), onNet());
    if (!opened.ok) throw new Error(opened.message);
    expect(await new Response(opened.body).text()).toBe("hola");
    const gone = await openEmailFile({ type: "document", ref: `${received.id}/none` }, byResend(), onNet());
    expect(gone).toMatchObject({ ok: false, class: "gone" });
  });

  it("are never fetched from where the vendor's link should not lead", async () => {
    for (const url of ["https://evil.example/x", "https://resend.com.evil.example/x", "http://inbound.resend.com/x"]) {
      const asked: string[] = [];
      const context = sendContext({
        fetch: async (input) => {
          asked.push(String(input));
          return Response.json({ download_url: url });
        },
      });
      const opened = await openEmailFile({ type: "document", ref: "a/b" }, byResend(), context);
      expect(opened).toMatchObject({ ok: false, class: "denied" });
      expect(asked).toHaveLength(1);
    }
  });
});

describe("a mail by Cloudflare", () => {
  /** https://developers.cloudflare.com/email-service/ : whatever else is set is refused in production, though not locally. */
  const ALLOWED = /^(?:In-Reply-To|References|Auto-Submitted|List-[A-Za-z-]+|Precedence|X-[A-Za-z0-9-]+)$/;
  const sent = async (change = {}): Promise<PlatformMail> => {
    const mails: PlatformMail[] = [];
    const sendMail = async (mail: PlatformMail): Promise<{ messageId: string }> => {
      mails.push(mail);
      return { messageId: "<1@cf.example>" };
    };
    const result = await sendEmail(outgoing({ answers, ...change }), cloudflare, sendContext({ sendMail }));
    expect(result).toEqual({ ok: true, state: "sent", providerId: "<1@cf.example>" });
    const [mail] = mails;
    if (mail === undefined) throw new Error("nothing was sent");
    return mail;
  };

  it("sets only headers that the service lets be set", async () => {
    const mail = await sent();
    for (const [name, value] of Object.entries(mail.headers)) {
      expect(name).toMatch(ALLOWED);
      expect(value.length).toBeLessThanOrEqual(2048);
    }
    expect(mail).toMatchObject({
      from: { email: "support@example.com", name: "Tienda" },
      to: "ada@example.org",
      subject: "Re: Pedido 42",
    });
  });

  it.each([
    ["E_RATE_LIMIT_EXCEEDED", "throttle"],
    ["E_DAILY_LIMIT_EXCEEDED", "throttle"],
    ["E_INTERNAL_SERVER_ERROR", "transient"],
    ["E_DELIVERY_FAILED", "transient"],
    ["E_RECIPIENT_SUPPRESSED", "optout"],
    ["E_SENDER_NOT_VERIFIED", "auth"],
    ["E_CONTENT_TOO_LARGE", "invalid"],
    ["E_HEADER_NOT_ALLOWED", "invalid"],
    ["E_VALIDATION_ERROR", "invalid"],
  ])("that fails with %s is %s, by code or by what is said", async (code, expected) => {
    for (const error of [Object.assign(new Error("refused"), { code }), new Error(`refused: ${code}`)]) {
      const sendMail = (): Promise<never> => Promise.reject(error);
      expect(await sendEmail(outgoing(), cloudflare, sendContext({ sendMail }))).toMatchObject({ class: expected });
    }
  });

  it("that fails without a word, or never ends, may have been sent", async () => {
    const broken = sendContext({ sendMail: () => Promise.reject(new Error("Network connection lost.")) });
    expect(await sendEmail(outgoing(), cloudflare, broken)).toMatchObject({ class: "ambiguous" });
    const late = sendContext({ sendMail: () => new Promise(() => undefined), signal: AbortSignal.timeout(20) });
    expect(await sendEmail(outgoing(), cloudflare, late)).toMatchObject({ class: "ambiguous" });
    expect(await sendEmail(outgoing(), cloudflare, sendContext())).toMatchObject({ class: "policy" });
  });

  it("to who has no address is not sent", async () => {
    const nowhere = outgoing({ contact: { address: "" } });
    expect(await sendEmail(nowhere, cloudflare, sendContext())).toMatchObject({ class: "invalid" });
  });

  it("lets nobody write a header through a subject", async () => {
    const subject = "Re: x\r\nBcc: eve@example.org\u2028y";
    expect((await sent({ answers: { ...answers, subject } })).subject).toBe("Re: x Bcc: eve@example.org y");
  });
});

describe("what a mail answers", () => {
  it.each([
    ["Pedido", "Re: Pedido"],
    ["Re: Pedido", "Re: Pedido"],
    ["RE: RV: Fwd: re[2]: Pedido", "Re: Pedido"],
    ["Re：Pedido", "Re: Pedido"],
    ["AW: WG: Bestellung", "Re: Bestellung"],
    ["Recibo: uno", "Re: Recibo: uno"],
    ["Re:", ""],
    ["", ""],
  ])("%j is answered as %j", (subject, expected) => expect(replySubject(subject)).toBe(expected));

  it("is named within what a header may hold, its first and its last mails before all others", () => {
    const id = fc.stringMatching(/^<[a-z0-9]{1,200}@[a-z]{1,50}>$/);
    fc.assert(
      fc.property(fc.array(id, { maxLength: 60 }), id, (ids, parent) => {
        const references = referencesOf(ids, parent);
        expect(references.length).toBeLessThanOrEqual(2048);
        const named = references.split(" ");
        expect(named.at(-1)).toBe(parent);
        expect(named.length).toBeLessThanOrEqual(12);
        const others = ids.filter((one) => one !== parent);
        if (named.length > 1) expect(named[0]).toBe(others[0]);
      }),
    );
  });
});
