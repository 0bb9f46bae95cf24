import { type Draft, Mailbox, mimeOf } from "@charla/testkit/vendors/mail/mailbox";
import type { Letter } from "@charla/testkit/vendors/mail/letter";
import type { InboundMessage } from "@charla/domain/inbound";
import PostalMime from "postal-mime";
import { describe, expect, it } from "vitest";
import { cloudflare, NOW, outgoing, rawMail, sendContext } from "../../test/email-account.ts";
import { outMedia } from "../../test/out-media.ts";
import type { EnrichContext, ParsedWebhook, PlatformMail } from "../contract.ts";
import { keepAttachments, parseRawMail } from "./cloudflare/parse.ts";
import { sendEmail } from "./sending.ts";

const ada = new Mailbox("Ada Peña Núñez", "ada@example.org");
const TO = "support@example.com";

const envelopeOf = (draft: Draft): { from: string; to: string } => ({ from: draft.from, to: draft.to[0] ?? "" });
async function received(draft: Draft): Promise<{ parsed: ParsedWebhook; message: InboundMessage }> {
  const parsed = await parseRawMail(rawMail(await mimeOf(draft), envelopeOf(draft)), cloudflare, Date.now());
  const event = parsed.arrivals[0]?.events[0];
  if (event?.kind !== "message") throw new Error(JSON.stringify(parsed));
  return { parsed, message: event };
}

/** What the platform makes of a mail of ours, written out and read again. */
async function delivered(
  mail: PlatformMail,
): Promise<{ letter: Letter; read: Awaited<ReturnType<typeof PostalMime.parse>> }> {
  const messageId = "<platform-1@mail.example>";
  const raw = await mimeOf({
    from: mail.from.email,
    name: mail.from.name,
    to: [mail.to],
    subject: mail.subject,
    text: mail.text,
    html: mail.html,
    messageId,
    date: new Date(NOW),
    headers: { ...mail.headers, "Reply-To": mail.replyTo },
    files: mail.attachments.map(({ filename: name, type: mime, content }) => ({
      name,
      mime,
      bytes: Buffer.from(content),
    })),
  });
  const { to, replyTo, subject, text, html, headers } = mail;
  const letter = {
    id: "1",
    messageId,
    from: mail.from.email,
    to,
    replyTo,
    subject,
    text,
    html,
    headers,
    files: [],
    tags: {},
    asked: 1,
  };
  return { letter, read: await PostalMime.parse(raw) };
}

async function sent(change: Parameters<typeof outgoing>[0]): Promise<PlatformMail> {
  const mails: PlatformMail[] = [];
  const sendMail = async (mail: PlatformMail): Promise<{ messageId: string }> => {
    mails.push(mail);
    return { messageId: "1" };
  };
  const readFile = async () => new Uint8Array(Buffer.from("%PDF-1.7"));
  expect(await sendEmail(outgoing(change), cloudflare, sendContext({ sendMail, readFile }))).toMatchObject({
    ok: true,
  });
  const [mail] = mails;
  if (mail === undefined) throw new Error("nothing was sent");
  return mail;
}

describe("a mail as mail programs write it", () => {
  it.each([
    ["plain", { text: "¿Tienen el ramo «Primavera»? 🌷\nGracias" }],
    ["long lines", { text: `${"palabra ".repeat(400)}fin` }],
    ["lines that begin with dots and From", { text: ".\n..\nFrom ahora mismo\n." }],
    ["both forms", { text: "Hola", html: "<p>Hola <b>HTML</b></p>" }],
  ])("is read as it was meant: %s", async (_, wish) => {
    const draft = ada.write(TO, { subject: "¿Qué día abrís mañana? — pedido nº 42 «urgente»", ...wish });
    const { parsed, message } = await received(draft);
    expect(message).toMatchObject({ text: wish.text, subject: draft.subject, externalId: draft.messageId });
    expect(parsed.arrivals[0]?.contact).toEqual({ address: ada.address, name: ada.name });
  });

  it("is read where it has only the form that nobody typed", async () => {
    const { message } = await received(ada.write(TO, { text: "", html: "<div>Buenos días,<br>¿abren hoy?</div>" }));
    expect(message.text).toBe("Buenos días,\n¿abren hoy?");
  });

  it("brings its files, which are stored under names that stay the same", async () => {
    const files = [
      { name: "informe «final» ñ.pdf", mime: "application/pdf", bytes: Buffer.from("%PDF-1.7 á") },
      { name: "foto.png", mime: "image/png", bytes: Buffer.alloc(70_000, 7) },
    ];
    const draft = ada.write(TO, { files });
    const request = rawMail(await mimeOf(draft), envelopeOf(draft));
    const parsed = await parseRawMail(request, cloudflare, Date.now());
    const stored = new Map<string, { bytes: Uint8Array; mime: string }>();
    const context: EnrichContext = {
      ...sendContext(),
      keep: async (name, bytes, mime) => {
        stored.set(name, { bytes, mime });
        return `r2:ten/${name}`;
      },
      tally: async () => 1,
    };
    const names = [`${draft.messageId}/0`, `${draft.messageId}/1`];
    for (let times = 0; times < 2; times++) {
      const whole = await keepAttachments(parsed, request, cloudflare, context);
      expect(whole.arrivals[0]?.events[0]).toMatchObject({
        media: [
          { type: "document", ref: `r2:ten/${names[0]}`, mime: "application/pdf", name: files[0]?.name, size: 11 },
          { type: "image", ref: `r2:ten/${names[1]}`, mime: "image/png", size: 70_000 },
        ],
      });
    }
    expect([...stored.keys()]).toEqual(names);
    for (const [n, name] of names.entries())
      expect(Buffer.from(stored.get(name)?.bytes ?? []).equals(files[n]?.bytes ?? Buffer.alloc(0))).toBe(true);
  });
});

describe("an exchange of mails", () => {
  it("stays one conversation from the first mail to the last, proven from the first answer on", async () => {
    const first = ada.write(TO, { subject: "Pedido 42" });
    const begun = await received(first);
    const thread = begun.parsed.arrivals[0]?.thread ?? "";
    expect(begun.message.verified).toBe(false);

    const mail = await sent({ thread, answers: begun.message });
    const { letter, read } = await delivered(mail);
    expect(read).toMatchObject({ subject: "Re: Pedido 42", inReplyTo: first.messageId, references: first.messageId });

    const answer = await received(ada.answer(letter, "Perfecto, mañana."));
    expect(answer.parsed.arrivals[0]?.thread).toBe(thread);
    expect(answer.message).toMatchObject({ text: "Perfecto, mañana.", verified: true, replyTo: letter.messageId });
    expect(answer.message.fullText).toContain("> Sí, mañana.");

    // A program that answers to the sender instead of the reply address still names the first mail.
    const stubborn = await received(ada.answer(letter, "¿Sigue ahí?", { to: [TO] }));
    expect(stubborn.parsed.arrivals[0]?.thread).toBe(thread);
    expect(stubborn.message.verified).toBe(false);
  });

  it("of somebody else with the same subject is another one", async () => {
    const eve = new Mailbox("Eve", "eve@example.org");
    const [one, other] = await Promise.all(
      [ada, eve].map((who) => received(who.write(TO, { headers: { References: "<m0@x.example>" } }))),
    );
    expect(one?.parsed.arrivals[0]?.thread).not.toBe(other?.parsed.arrivals[0]?.thread);
  });
});

it("what we send comes out of the other end whole", async () => {
  const text = "**Sí**: [catálogo](https://tienda.example/c?a=1&b=2)\n\n1. Rosas — 12 €\n2. Tulipanes <3\n\n> nota";
  const file = outMedia("https://charla.example/f.pdf", "application/pdf", { type: "document", name: "factura ñ.pdf" });
  const mail = await sent({ bubble: { text, media: [file] } });
  const { read } = await delivered(mail);
  expect(read.text?.trim()).toBe(mail.text.trim());
  expect(read.html?.trim()).toBe(mail.html.trim());
  expect(read.html).toContain('<a href="https://tienda.example/c?a=1&amp;b=2">catálogo</a>');
  expect(read.attachments).toMatchObject([{ filename: "factura ñ.pdf", mimeType: "application/pdf" }]);
  const headers = new Map(read.headers.map(({ key, value }) => [key, value]));
  expect(headers.get("auto-submitted")).toBe("auto-generated");
  expect(headers.get("list-unsubscribe")).toMatch(
    /^<https:\/\/charla\.example\/webhooks\/email\/chn_[a-z0-9]+\?stop=[a-z0-9._]+>$/,
  );
  expect(headers.get("list-unsubscribe-post")).toBe("List-Unsubscribe=One-Click");
});
