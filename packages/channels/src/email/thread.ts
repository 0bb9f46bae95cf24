import type { EmailAccount } from "./account.ts";
import { inboxOf } from "./account.ts";
import { detailOf, domainOf } from "./address.ts";
import { ancestorsOf, type Mail, messageIdOf } from "./mail.ts";
import { normalSubject, isReplySubject } from "./subject.ts";
import { type Proof, readCode, threadName } from "./token.ts";

/** `proof` is there where the mail carries a code of ours. */
export type Placed = { thread: string; proof: Proof | null };

/** Enough for any real mail, and bounds what a made-up one makes us compute. */
const MAX_CODES = 8;
const OWN_ID = /^<([a-z2-7]{1,64})\.[a-z0-9_]{1,64}@([^>]+)>$/i;

/**
 * The code that our mails are answered with; else the mail that the exchange began with, which every mail of it names and
 * our answers name, too; else, where an answer names nothing at all, its subject. A mail that answers nothing begins a thread.
 */
export async function placeOf(mail: Mail, address: string, account: EmailAccount): Promise<Placed> {
  const proof = await proofOf(mail, address, account);
  if (proof !== null) return { thread: proof.thread, proof };
  const [first] = ancestorsOf(mail);
  const subject = normalSubject(mail.subject);
  const root =
    first ??
    (isReplySubject(mail.subject) && subject !== "" ? `subject ${subject}` : (messageIdOf(mail) ?? mail.vendorId));
  return { thread: await threadName(address, root), proof: null };
}

async function proofOf(mail: Mail, address: string, account: EmailAccount): Promise<Proof | null> {
  for (const code of codesOf(mail, account)) {
    const proof = await readCode(account, code, address);
    if (proof !== null) return proof;
  }
  return null;
}

/** In the address that it was sent to, and in the ids of those of our mails whose id we choose. */
function codesOf(mail: Mail, { config }: EmailAccount): string[] {
  const inbox = inboxOf(config);
  const details = mail.recipients.flatMap((recipient) => detailOf(recipient, inbox) ?? []);
  const ids = ancestorsOf(mail)
    .toReversed()
    .flatMap((id) => {
      const [, code, domain] = OWN_ID.exec(id) ?? [];
      return code === undefined || domain?.toLowerCase() !== domainOf(config.address) ? [] : [code];
    });
  return [...details, ...ids].map((code) => code.toLowerCase()).slice(0, MAX_CODES);
}
