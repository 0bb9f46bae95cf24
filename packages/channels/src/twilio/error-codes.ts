import type { SendErrorClass } from "@charla/domain/inbound";

/** https://www.twilio.com/docs/api/errors: of the answer to a send and of the statuses that come later. */
const CODES: Record<Exclude<SendErrorClass, "ambiguous">, Record<number, string>> = {
  throttle: {
    14107: "message rate limit exceeded",
    20429: "too many requests",
    30001: "the queue of the sender is full",
    63018: "WhatsApp rate limit exceeded",
  },
  transient: {
    20503: "Twilio is not available",
    30003: "the handset is switched off or out of reach",
    30008: "the carrier gave no reason",
  },
  window: { 63016: "outside of WhatsApp's 24-hour window" },
  optout: { 21610: "the person answered STOP" },
  auth: {
    20003: "the credentials are wrong",
    20005: "the account is not active",
    20006: "access denied",
    20404: "the account or the resource does not exist",
    30002: "the account is suspended",
  },
  policy: {
    21408: "this region is not enabled for the account",
    30004: "the recipient blocks messages",
    30007: "filtered by the carrier",
    30034: "the number is not registered for A2P 10DLC",
    63013: "against WhatsApp's policy",
    63032: "WhatsApp limits messages to this person",
    63038: "the daily limit of the account is reached",
    63049: "Meta chose not to deliver this marketing message",
  },
  invalid: {
    21211: "not a valid number",
    21606: "the sender is not a number of this account that can send this",
    21609: "the status callback address is not valid",
    21614: "not a mobile number",
    21617: "longer than 1,600 characters",
    21660: "the sender does not belong to this account",
    30005: "the number does not exist",
    30006: "a landline, or a carrier that cannot be reached",
    63003: "no such WhatsApp address",
    63015: "the person has not joined the WhatsApp sandbox",
    63024: "not a valid WhatsApp recipient",
  },
};

const known = new Map<number, { class: SendErrorClass; words: string }>(
  Object.entries(CODES).flatMap(([name, codes]) =>
    Object.entries(codes).map(([code, words]) => [Number(code), { class: name as SendErrorClass, words }] as const),
  ),
);

export const classOfCode = (code: number): SendErrorClass | undefined => known.get(code)?.class;

export function wordsOfCode(code: number): string {
  if (code === 0 || !Number.isFinite(code)) return "";
  const words = known.get(code)?.words;
  return words === undefined ? `Twilio ${code}` : `Twilio ${code}, ${words}`;
}
