import type { Attention, SendContext } from "../contract.ts";
import { destinationOf, isWhatsApp } from "./address.ts";
import { callTwilio } from "./api.ts";
import type { TwilioAccount } from "./config.ts";

const SID = /^(SM|MM)[0-9a-fA-F]{32}$/;

/** WhatsApp only, and one call for both: showing that we type marks the message as read. */
export async function attendTwilio(
  { moment, contact, events }: Attention,
  account: TwilioAccount,
  context: SendContext,
): Promise<void> {
  if (moment !== "typing" || !isWhatsApp(destinationOf(contact))) return;
  const messageId = events.findLast(({ externalId }) => SID.test(externalId))?.externalId;
  if (messageId === undefined) return;
  const form = new URLSearchParams({ messageId, channel: "whatsapp" });
  const path = "/v2/Indicators/Typing.json";
  await callTwilio(account, { service: "messaging", path, method: "POST", form }, context).catch(() => undefined);
}
