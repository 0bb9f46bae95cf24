import { randomBytes } from "node:crypto";
import MailComposer from "nodemailer/lib/mail-composer";

import type { Letter } from "./letter.ts";

export type Draft = {
  from: string;
  name: string;
  to: string[];
  subject: string;
  text: string;
  html?: string;
  messageId: string;
  date: Date;
  headers: Record<string, string>;
  files: { name: string; mime: string; bytes: Buffer }[];
};

type Wish = Partial<Pick<Draft, "subject" | "text" | "html" | "headers" | "files" | "to">>;

/** A person with a mail program. */
export class Mailbox {
  readonly address: string;
  readonly name: string;

  constructor(name: string, address: string) {
    this.name = name;
    this.address = address;
  }

  write(to: string, wish: Wish = {}): Draft {
    return {
      from: this.address,
      name: this.name,
      to: [to],
      subject: "Consulta",
      text: "Hola",
      messageId: `<${randomBytes(12).toString("hex")}@${this.address.split("@")[1]}>`,
      date: new Date(),
      headers: {},
      files: [],
      ...wish,
    };
  }

  /** As programs do it: to the reply address, naming what it answers, with all of it quoted below. */
  answer(letter: Letter, text: string, wish: Wish = {}): Draft {
    const { messageId, replyTo, subject, headers } = letter;
    const quoted = letter.text.replaceAll(/^/gm, "> ");
    const references = [headers["References"], messageId].filter(Boolean).join(" ");
    return this.write(replyTo, {
      subject: /^re:/i.test(subject) ? subject : `Re: ${subject}`,
      text: `${text}\n\nEl vie, 20 nov 2026 a las 10:00, ${letter.from} escribió:\n\n${quoted}\n`,
      ...wish,
      headers: { "In-Reply-To": messageId, References: references, ...wish.headers },
    });
  }
}

/** The draft as it travels. */
export function mimeOf(draft: Draft): Promise<Buffer> {
  const { from, name, to, subject, text, html, messageId, date, headers, files } = draft;
  const composer = new MailComposer({
    from: { name, address: from },
    to,
    subject,
    text,
    ...(html !== undefined && { html }),
    messageId,
    date,
    headers,
    attachments: files.map((file) => ({ filename: file.name, contentType: file.mime, content: file.bytes })),
  });
  return composer.compile().build();
}
