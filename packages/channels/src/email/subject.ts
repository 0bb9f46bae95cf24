import { cutAt } from "../clean-text.ts";

/** As mail programs of our languages and their neighbours write it. */
const REPLY = /^(?:(?:re|rv|fwd?|aw|wg|enc|res|sv)\s*(?:\[\d{1,3}\])?\s*[:：]\s*)+/i;
const FORWARD = /^(?:rv|fwd?|wg|enc)\s*[:：]/i;
const UNSAFE = /[\p{Cc}\u2028\u2029]+/gu;
const MAX_SUBJECT = 200;

export const cleanSubject = (subject: string): string =>
  subject.replaceAll(UNSAFE, " ").replaceAll(/\s+/g, " ").trim().toWellFormed();

/** Without what answering and forwarding put before it. */
export const bareSubject = (subject: string): string => cleanSubject(subject).replace(REPLY, "");

export const isReplySubject = (subject: string): boolean => REPLY.test(cleanSubject(subject));

export const isForwardSubject = (subject: string): boolean => FORWARD.test(cleanSubject(subject));

/** For comparison. */
export const normalSubject = (subject: string): string => bareSubject(subject).toLowerCase().slice(0, MAX_SUBJECT);

/** `Re: ` exactly once, however often the person's program has put it there. */
export function replySubject(subject: string): string {
  const bare = bareSubject(subject);
  return bare === "" ? "" : `Re: ${cutAt(bare, MAX_SUBJECT)}`;
}
