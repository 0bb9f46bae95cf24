import type { Contact, InboundEvent, InboundMessage } from "@charla/domain/inbound";
import type { ParsedWebhook } from "../contract.ts";
import { cutAt, MAX_TEXT, wellFormed } from "../clean-text.ts";
import { optWord } from "../opt-words.ts";
import { type EmailAccount, ownAddressesOf } from "./account.ts";
import { filesOf } from "./files.ts";
import { htmlToText } from "./html-text.ts";
import { edgeVouches } from "./identity.ts";
import { isReport, whyUnanswered } from "./loop-guard.ts";
import { ancestorsOf, type Mail, type Mailbox, messageIdOf } from "./mail.ts";
import { withoutQuotes } from "./quotes.ts";
import { bounceOf } from "./bounce.ts";
import { bareSubject, cleanSubject, isForwardSubject } from "./subject.ts";
import { type Placed, placeOf } from "./thread.ts";
import { timeOf } from "./time.ts";

const NOTHING = { arrivals: [], rejected: [] };
const MAX_SUBJECT = 500;
const MAX_REFERENCES = 40;
const ENCRYPTED = new Set(["application/pgp-encrypted", "application/pkcs7-mime", "application/x-pkcs7-mime"]);

/** What one mail is to us. The same for all vendors, and nothing but the mail and the account decides it. */
export async function arrivalOf(mail: Mail, account: EmailAccount, now: number): Promise<ParsedWebhook> {
  const { from } = mail;
  if (mail.report !== undefined || isReport(mail.headers.get("content-type")))
    return (await bounceOf(mail, account, now)) ?? { ...NOTHING, ignored: 1 };
  if (from === undefined) {
    const raw = cutAt(wellFormed(`${mail.subject}\n${mail.text ?? ""}`), 16_000);
    return { arrivals: [], rejected: [{ index: 0, reason: "invalid_from", raw }] };
  }
  if (ownAddressesOf(account.config).has(from.address)) return { ...NOTHING, ignored: 1 };
  const placed = await placeOf(mail, from.address, account);
  const events = eventsOf(mail, from, placed, account, now);
  return {
    arrivals: [{ thread: placed.thread, contact: contactOf(from, placed), events, statuses: [] }],
    rejected: [],
  };
}

/**
 * Somebody else who answers one of our mails, having been sent a copy, speaks in that thread but does not become its contact:
 * without a name nothing of what is known of the contact is replaced.
 */
const contactOf = (from: Mailbox, { proof }: Placed): Contact =>
  isGuest(proof) ? { address: from.address } : { ...from };

const isGuest = (proof: Placed["proof"]): boolean => proof !== null && !proof.mine;

function eventsOf(mail: Mail, from: Mailbox, placed: Placed, account: EmailAccount, now: number): InboundEvent[] {
  const common = { externalId: messageIdOf(mail) ?? mail.vendorId, at: timeOf(mail, now) };
  const written = wordsOf(mail);
  const media = filesOf(mail.files);
  if (written.text === "" && media.some(({ mime }) => ENCRYPTED.has(mime ?? "")))
    return [{ ...common, kind: "unsupported", what: "encrypted mail" }];
  // Many write all they have to say into the subject.
  const words = written.text === "" ? { text: cutAt(bareSubject(mail.subject), MAX_SUBJECT) } : written;
  if (words.text === "" && media.length === 0) return [{ ...common, kind: "unsupported", what: "empty mail" }];
  const subject = cutAt(cleanSubject(mail.subject), MAX_SUBJECT);
  const ancestors = ancestorsOf(mail);
  const parent = ancestors.at(-1);
  const unanswered = whyUnanswered(mail);
  const message: InboundMessage = {
    ...common,
    kind: "message",
    ...words,
    ...(subject !== "" && { subject }),
    ...(media.length > 0 && { media }),
    ...(parent !== undefined && { replyTo: parent, references: fewOf(ancestors) }),
    ...(isForwardSubject(subject) && { forwarded: true }),
    ...(isGuest(placed.proof) && { sender: { ...from } }),
    ...(unanswered !== undefined && { unanswered }),
    verified: placed.proof?.mine === true || (account.config.provider.name === "cloudflare" && edgeVouches(mail)),
  };
  const word = message.sender === undefined && unanswered === undefined ? optWord(message.text) : undefined;
  if (word === undefined) return [message];
  const opt = { ...common, kind: word, why: "asked" } as const;
  return word === "opt_in" ? [opt, message] : [{ ...message, unanswered: "opt_out" }, opt];
}

/** The person's own new words. */
function wordsOf(mail: Mail): Pick<InboundMessage, "text" | "fullText" | "cutFrom"> {
  const plain = mail.text?.trim() ?? "";
  const all = wellFormed(plain === "" ? htmlToText(mail.html ?? "") : plain).replaceAll("\r\n", "\n");
  const own = isForwardSubject(mail.subject) ? all : withoutQuotes(all);
  const text = cutAt(own, MAX_TEXT);
  return {
    text,
    ...(own !== all && { fullText: cutAt(all, MAX_TEXT) }),
    ...(own.length > MAX_TEXT && { cutFrom: own.length }),
  };
}

/** First and last: the exchange is known by its beginning, and programs look for what they have just shown. */
const fewOf = (ids: string[]): string[] =>
  ids.length <= MAX_REFERENCES ? ids : [...ids.slice(0, 1), ...ids.slice(1 - MAX_REFERENCES)];
