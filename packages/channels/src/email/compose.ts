import type { Outgoing, SendContext } from "../contract.ts";
import { cutAt } from "../clean-text.ts";
import { toEmailHtml, toPlain } from "../markdown/dialects.ts";
import { type EmailAccount, inboxOf } from "./account.ts";
import { addressIn, cleanName, domainOf, withDetail } from "./address.ts";
import { type Attached, attach, linksTo } from "./attach.ts";
import { idsIn } from "./mail.ts";
import { referencesOf } from "./references.ts";
import { MESSAGE_HEADER } from "./report.ts";
import { stopUrl } from "./stop.ts";
import { cleanSubject, replySubject } from "./subject.ts";
import { threadCode } from "./token.ts";

/** A mail as every vendor can send it; none of them takes MIME. */
export type OutMail = {
  from: { address: string; name: string };
  to: string;
  replyTo: string;
  subject: string;
  text: string;
  html: string;
  /** None that a mail service keeps to itself, such as Date or Message-ID. */
  headers: Record<string, string>;
  files: Attached[];
  /** For the vendor's callbacks, and never seen by the recipient. */
  tags: { thread: string; message: string };
  /** A Message-ID that carries our code, for vendors that let us choose it. */
  messageId: string;
};

/** What a vendor takes in attachments, and whether it fetches them itself from a public address. */
export type FileRules = { maxBytes: number; fetches: boolean };

/** `null` where the contact has no address that mail can go to. */
export async function compose(
  message: Outgoing,
  account: EmailAccount,
  rules: FileRules,
  context: SendContext,
): Promise<OutMail | null> {
  const { config } = account;
  const to = addressIn(message.contact.address);
  if (to === undefined) return null;
  const code = await threadCode(account, message.thread, to);
  const { files, left } = await attach(message.bubble.media ?? [], rules, context);
  const markdown = [message.bubble.text, linksTo(left)].filter((part) => part !== "").join("\n\n");
  return {
    from: { address: config.address, name: cleanName(config.name) },
    to,
    replyTo: withDetail(inboxOf(config), code),
    subject: subjectOf(message, account),
    text: toPlain(markdown),
    html: htmlOf(toEmailHtml(markdown)),
    headers: await headersOf(message, account),
    files,
    tags: { thread: message.thread, message: message.id },
    messageId: `<${code}.${message.id}@${domainOf(config.address)}>`,
  };
}

function subjectOf({ answers }: Outgoing, { config }: EmailAccount): string {
  const answered = replySubject(answers?.subject ?? "");
  return answered === "" ? cutAt(cleanSubject(config.subject ?? config.name), 150) : answered;
}

async function headersOf(message: Outgoing, account: EmailAccount): Promise<Record<string, string>> {
  const { answers, author } = message;
  const [parent] = idsIn(answers?.externalId);
  const stop = account.config.unsubscribe ? await stopUrl(account, message) : undefined;
  return {
    ...(parent !== undefined && {
      "In-Reply-To": parent,
      References: referencesOf(answers?.references ?? [], parent),
    }),
    // What a person wrote is no automatic answer, but out-of-office notes to it are unwelcome all the same.
    ...(author !== "human" && { "Auto-Submitted": parent === undefined ? "auto-generated" : "auto-replied" }),
    "X-Auto-Response-Suppress": "All",
    [MESSAGE_HEADER]: message.id,
    ...(stop !== undefined && {
      "List-Unsubscribe": `<${stop}>`,
      "List-Unsubscribe-Post": "List-Unsubscribe=One-Click",
    }),
  };
}

const htmlOf = (body: string): string =>
  `<!doctype html>\n<html>\n<head><meta charset="utf-8"></head>\n<body style="font-family:sans-serif;font-size:15px;line-height:1.5">\n${body}\n</body>\n</html>\n`;
