import type { Fate } from "../callback.ts";
import { type Fields, textOf } from "../fields.ts";

/** Bounces after which Postmark itself writes to the address no more. */
const HARD = new Set(["HardBounce", "BadEmailAddress", "ManuallyDeactivated", "Unsubscribe", "SpamComplaint"]);
const PASSING = new Set([
  "Transient",
  "SoftBounce",
  "DnsError",
  "AutoResponder",
  "AddressChange",
  "Subscribe",
  "OpenRelayTest",
  "ChallengeVerification",
]);

/** What the webhook's record says; `null` for what is of no use here, such as openings and clicks. */
export function fateIn(record: string, body: Fields): Fate | null {
  switch (record) {
    case "Delivery":
      return { state: "delivered" };
    case "SpamComplaint":
      return { state: "complaint" };
    case "Bounce":
      return bounced(textOf(body["Type"]) ?? "", body);
    case "SubscriptionChange":
      return body["SuppressSending"] === true && body["SuppressionReason"] === "SpamComplaint"
        ? { state: "complaint" }
        : null;
    default:
      return null;
  }
}

function bounced(type: string, body: Fields): Fate | null {
  if (type === "SpamComplaint") return { state: "complaint" };
  const hard = HARD.has(type);
  // Somebody was there: a note that they are away, or a server that will try again.
  if (!hard && PASSING.has(type) && type !== "SoftBounce") return null;
  const message = [type, textOf(body["Description"]) ?? textOf(body["Details"])].filter(Boolean).join(": ");
  return { state: "failed", class: hard ? "optout" : "invalid", message, hard };
}
