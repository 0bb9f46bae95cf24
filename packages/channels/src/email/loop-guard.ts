import type { Mail } from "./mail.ts";

/** Senders that no person reads. */
const ROBOT =
  /^(?:mailer-daemon|postmaster|no-?_?reply|do-?_?not-?_?reply|noresponder|no-?responder|bounces?)(?:[+.-].*)?@/;
const MASS = new Set(["bulk", "junk", "list", "auto_reply"]);
const AUTO_HEADERS = ["x-autoreply", "x-autorespond", "x-autoresponder", "x-auto-reply"];
const LIST_HEADERS = ["list-id", "list-unsubscribe", "list-post"];

/** Why this mail must not be answered by a machine (RFC 3834 and what mail programs do besides), or nothing. */
export function whyUnanswered({ headers, from, envelopeFrom }: Mail): string | undefined {
  if (envelopeFrom === "" || isRobot(from?.address) || isRobot(envelopeFrom)) return "robot_sender";
  if (isReport(headers.get("content-type"))) return "delivery_report";
  const submitted = firstWord(headers.get("auto-submitted"));
  if (submitted !== undefined && submitted !== "no") return "auto_submitted";
  const suppress = firstWord(headers.get("x-auto-response-suppress"));
  if (suppress !== undefined && suppress !== "none") return "auto_response_suppress";
  if (AUTO_HEADERS.some((name) => headers.has(name) && firstWord(headers.get(name)) !== "no")) return "auto_reply";
  if (MASS.has(firstWord(headers.get("precedence")) ?? "")) return "bulk";
  if (LIST_HEADERS.some((name) => headers.has(name))) return "mailing_list";
  return undefined;
}

export const isReport = (contentType: string | undefined): boolean =>
  /^\s*multipart\/report\b/i.test(contentType ?? "");

const isRobot = (address: string | undefined): boolean => address !== undefined && ROBOT.test(address.toLowerCase());

/** Parameters and comments follow it; an empty header says nothing. */
function firstWord(value: string | undefined): string | undefined {
  const word = /^[^\s;,(]+/.exec(value ?? "")?.[0];
  return word?.toLowerCase();
}
