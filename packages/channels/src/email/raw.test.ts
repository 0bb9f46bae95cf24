import { readFileSync } from "node:fs";
import type { InboundMessage } from "@charla/domain/inbound";
import { describe, expect, it } from "vitest";
import { cloudflare, NOW, rawMail } from "../../test/email-account.ts";
import type { ParsedWebhook } from "../contract.ts";
import { parseRawMail } from "./cloudflare/parse.ts";
import { reportIn } from "./report.ts";
import { threadCode, threadName } from "./token.ts";

type Vector = { name: string; envelope: { from: string; to: string }; body: string; expected: Record<string, unknown> };

const vectors: Vector[] = JSON.parse(
  readFileSync(new URL("../../fixtures/email/raw/vectors.json", import.meta.url), "utf8"),
);
const read = (
  body: string,
  envelope = { from: "ada@example.org", to: "support@example.com" },
): Promise<ParsedWebhook> => parseRawMail(rawMail(body, envelope), cloudflare, NOW);
const messageOf = (parsed: ParsedWebhook): InboundMessage => {
  const event = parsed.arrivals[0]?.events[0];
  if (event?.kind !== "message") throw new Error(`no message: ${JSON.stringify(parsed)}`);
  return event;
};
const vector = (name: string): Vector => {
  const found = vectors.find((one) => one.name === name);
  if (found === undefined) throw new Error(`no vector ${name}`);
  return found;
};
const readVector = (name: string): Promise<ParsedWebhook> => read(vector(name).body, vector(name).envelope);

describe("the recorded mails", () => {
  it("are all looked at here", () => expect(vectors).toHaveLength(11));

  it("of plain text", async () => {
    const parsed = await readVector("plain text");
    expect(messageOf(parsed)).toEqual({
      kind: "message",
      externalId: "<m1@example.org>",
      at: Date.UTC(2026, 10, 20, 10),
      text: "Hello",
      subject: "Order 42",
      verified: false,
    });
    expect(parsed.arrivals[0]?.contact).toEqual({ address: "ada@example.org", name: "Ada" });
    expect(parsed.arrivals[0]?.thread).toBe(await threadName("ada@example.org", "<m1@example.org>"));
  });

  it("that answer are found by the first mail of the exchange, when their code is none of ours", async () => {
    const parsed = await readVector("reply in thread, folded References");
    const { text, fullText, references, replyTo, verified } = messageOf(parsed);
    expect({ text, references, replyTo, verified }).toEqual({
      text: "Yes",
      references: ["<m0@example.org>", "<r2@example.com>"],
      replyTo: "<r2@example.com>",
      verified: false,
    });
    expect(fullText).toContain("> Shall I?");
    expect(parsed.arrivals[0]?.thread).toBe(await threadName("ada@example.org", "<m0@example.org>"));
  });

  it("of HTML only are read", async () => {
    expect(messageOf(await readVector("html only")).text).toBe("Hola mundo");
  });

  it("with encoded words say names and subjects as they are meant", async () => {
    const parsed = await readVector("encoded-word subject and name");
    expect(parsed.arrivals[0]?.contact).toEqual({ address: "jose@example.org", name: "José" });
    expect(messageOf(parsed).subject).toBe("¿Qué tal?");
  });

  it.each([
    ["loop guard: auto-replied (out of office)", "auto_submitted"],
    ["loop guard: exchange OOF", "auto_response_suppress"],
    ["loop guard: bulk list", "bulk"],
    ["loop guard: mailing list", "mailing_list"],
  ])("%s is kept and not answered", async (name, why) => {
    expect(messageOf(await readVector(name))).toMatchObject({ text: "I am away", unanswered: why });
  });

  it("that report a bounce without our code change nothing, and are understood all the same", async () => {
    expect(await readVector("bounce (DSN, null return path)")).toEqual({ arrivals: [], rejected: [], ignored: 1 });
    const { body, expected } = vector("bounce (DSN, null return path)");
    const { status, original } = reportIn([body.slice(body.indexOf("Reporting-MTA"))]) ?? {};
    expect({ status, original }).toEqual({ status: expected["status"], original: expected["original"] });
  });

  it("of our own are nobody's", async () => {
    expect(await readVector("own message echoed back")).toEqual({ arrivals: [], rejected: [], ignored: 1 });
  });

  it("with a forged sender and a forged verdict stay unproven", async () => {
    expect(messageOf(await readVector("spoofed header-From, other envelope"))).toMatchObject({ verified: false });
  });
});

const mail = (headers: string, body = "Hola", from = "Ada <ada@example.org>"): string =>
  `From: ${from}\r\nTo: support@example.com\r\nSubject: Pedido\r\nMessage-ID: <x1@example.org>\r\n${headers}\r\n\r\n${body}\r\n`;

describe("who wrote is proven", () => {
  const passed =
    "Authentication-Results: mx.cloudflare.net; dkim=pass; dmarc=pass header.from=example.org policy.dmarc=reject";

  it.each([
    ["by the edge for the sender's own domain", passed, { from: "ada@example.org", to: "support@example.com" }, true],
    ["by the edge for a host of that domain", passed, { from: "b@mail.example.org", to: "support@example.com" }, true],
    ["by nobody else", passed.replace("mx.cloudflare.net", "mx.evil.example"), undefined, false],
    [
      "not by what follows another verdict",
      `Authentication-Results: mx.cloudflare.net; dmarc=fail header.from=example.org\r\n${passed}`,
      undefined,
      false,
    ],
    ["not for another domain", passed.replace("header.from=example.org", "header.from=example.net"), undefined, false],
    [
      "not where the envelope is somebody else's",
      passed,
      { from: "x@notexample.org", to: "support@example.com" },
      false,
    ],
  ])("%s", async (_, headers, envelope, verified) => {
    expect(messageOf(await read(mail(headers), envelope)).verified).toBe(verified);
  });

  it("by our code, which is bound to thread, account and person", async () => {
    const code = await threadCode(cloudflare, "eaqu2lyed4t5evhl", "ada@example.org");
    const to = { from: "ada@example.org", to: `support+${code.toUpperCase()}@example.com` };
    const parsed = await read(mail(""), to);
    expect(parsed.arrivals[0]?.thread).toBe("eaqu2lyed4t5evhl");
    expect(messageOf(parsed).verified).toBe(true);

    const guest = await read(mail("", "Hola", "Eve <eve@example.org>"), { ...to, from: "eve@example.org" });
    expect(guest.arrivals[0]).toMatchObject({ thread: "eaqu2lyed4t5evhl", contact: { address: "eve@example.org" } });
    expect(guest.arrivals[0]?.contact).not.toHaveProperty("name");
    expect(messageOf(guest)).toMatchObject({ verified: false, sender: { address: "eve@example.org", name: "Eve" } });

    for (const changed of [
      `b${code.slice(1)}`,
      `${code.slice(0, 20)}${code.charAt(20) === "a" ? "b" : "a"}${code.slice(21)}`,
      code.slice(1),
    ]) {
      const other = await read(mail(""), { ...to, to: `support+${changed}@example.com` });
      expect(other.arrivals[0]?.thread).toBe(await threadName("ada@example.org", "<x1@example.org>"));
    }
    const elsewhere = await parseRawMail(rawMail(mail(""), to), { ...cloudflare, id: "chn_other" }, NOW);
    expect(elsewhere.arrivals[0]?.thread).not.toBe("eaqu2lyed4t5evhl");
  });
});

describe("never answered", () => {
  it.each([
    ["Auto-Submitted: auto-generated", "auto_submitted"],
    ["Auto-Submitted: auto-notified; owner-email=a@b.example", "auto_submitted"],
    ["X-Auto-Response-Suppress: DR, AutoReply", "auto_response_suppress"],
    ["Precedence: auto_reply", "bulk"],
    ["X-Autoreply: yes", "auto_reply"],
    ["X-Autorespond: Away", "auto_reply"],
    ["List-Unsubscribe: <https://l.example/u>", "mailing_list"],
  ])("%s", async (header, why) => {
    expect(messageOf(await read(mail(header)))).toMatchObject({ unanswered: why });
  });

  it.each([
    "MAILER-DAEMON@mx.example",
    "postmaster@example.org",
    "no-reply@shop.example",
    "noreply+12@shop.example",
    "do-not-reply@x.example",
  ])("%s", async (from) => {
    expect(messageOf(await read(mail("", "x", from)))).toMatchObject({ unanswered: "robot_sender" });
  });

  it.each(["Auto-Submitted: no", "X-Auto-Response-Suppress: None", "Precedence: first-class", "X-Priority: 1"])(
    "but with %s a person wrote",
    async (header) => {
      expect(messageOf(await read(mail(header)))).not.toHaveProperty("unanswered");
    },
  );
});

describe("a bounce", () => {
  const dsn = async (change: { status?: string; recipient?: string; code?: string } = {}): Promise<ParsedWebhook> => {
    const code = change.code ?? (await threadCode(cloudflare, "eaqu2lyed4t5evhl", "ada@example.org"));
    const parts = [
      `Content-Type: text/plain\r\n\r\nfailed`,
      `Content-Type: message/delivery-status\r\n\r\nReporting-MTA: dns; mx.example.org\r\n\r\nFinal-Recipient: rfc822;${change.recipient ?? "Ada@example.org"}\r\nAction: failed\r\nStatus: ${change.status ?? "5.1.1"}\r\nDiagnostic-Code: smtp; 550 no such\r\n user`,
      `Content-Type: message/rfc822\r\n\r\nMessage-ID: <1@cf.example>\r\nReply-To:\r\n support+${code}@example.com\r\nX-Charla-Message: msg_01k9zx7q2v8m4n6p0r5t3w1yab\r\n\r\nHola`,
    ];
    const body = `From: MAILER-DAEMON@mx.example.org\r\nTo: support@example.com\r\nSubject: Undelivered\r\nMessage-ID: <dsn2@mx.example.org>\r\nMIME-Version: 1.0\r\nContent-Type: multipart/report; report-type=delivery-status; boundary=b1\r\n\r\n${parts.map((part) => `--b1\r\n${part}\r\n`).join("")}--b1--\r\n`;
    return read(body, { from: "", to: "support@example.com" });
  };

  it("for good fails the message and opts the person out", async () => {
    expect(await dsn()).toEqual({
      arrivals: [
        {
          thread: "eaqu2lyed4t5evhl",
          contact: { address: "ada@example.org" },
          events: [{ kind: "opt_out", externalId: "<dsn2@mx.example.org>", at: NOW, why: "bounced" }],
          statuses: [
            {
              messageId: "msg_01k9zx7q2v8m4n6p0r5t3w1yab",
              state: "failed",
              at: NOW,
              error: { class: "optout", message: "5.1.1 smtp; 550 no such user" },
            },
          ],
        },
      ],
      rejected: [],
    });
  });

  it("that may pass only fails the message", async () => {
    const { arrivals } = await dsn({ status: "4.2.2" });
    expect(arrivals).toMatchObject([{ events: [], statuses: [{ state: "failed", error: { class: "invalid" } }] }]);
  });

  it("that somebody made up does nothing", async () => {
    const nothing = { arrivals: [], rejected: [], ignored: 1 };
    expect(await dsn({ recipient: "eve@example.org" })).toEqual(nothing);
    expect(await dsn({ code: "a".repeat(31) })).toEqual(nothing);
  });
});

it("without a Message-ID is known by what it is", async () => {
  const text = "From: a@example.org\r\n\r\nHola\r\n";
  const [first, again, other] = [await read(text), await read(text), await read(`${text}!`)];
  expect(messageOf(first).externalId).toMatch(/^raw:[0-9a-f]{64}$/);
  expect(messageOf(again).externalId).toBe(messageOf(first).externalId);
  expect(messageOf(other).externalId).not.toBe(messageOf(first).externalId);
});

it("that answers without saying what is found by its subject", async () => {
  const answer = (subject: string, id: string): string =>
    `From: a@example.org\r\nSubject: ${subject}\r\nMessage-ID: <${id}@x>\r\n\r\nSí\r\n`;
  const threads = await Promise.all(
    [
      answer("Re: Pedido 7", "1"),
      answer("RE: RE: pedido 7", "2"),
      answer("Re: Pedido 8", "3"),
      answer("Pedido 7", "4"),
    ].map(async (text) => (await read(text)).arrivals[0]?.thread),
  );
  expect(threads[1]).toBe(threads[0]);
  expect(new Set(threads).size).toBe(3);
});

it.each(["", "\0", "no colon at all", "From: \r\n\r\nx", `From: ${"a".repeat(5000)}@x.example\r\n\r\nx`])(
  "takes %j for a mail that cannot be read, and nothing worse",
  async (text) => {
    expect(await read(text)).toMatchObject({ arrivals: [], rejected: [{ reason: "invalid_from" }] });
  },
);
