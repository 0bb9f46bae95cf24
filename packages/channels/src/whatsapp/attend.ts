import type { Attention, SendContext } from "../contract.ts";
import { callGraph } from "../meta/graph.ts";
import { graphOf, type WhatsAppAccount } from "./account.ts";

/** The blue ticks, and with them "typing…" until we answer or 25 s have passed. What goes wrong here costs nobody anything. */
export async function attendWhatsApp(
  { moment, events }: Attention,
  account: WhatsAppAccount,
  context: SendContext,
): Promise<void> {
  const newest = events.findLast(({ kind }) => kind === "message" || kind === "unsupported");
  if (newest === undefined) return;
  const json = {
    messaging_product: "whatsapp",
    status: "read",
    message_id: newest.externalId,
    ...(moment === "typing" && { typing_indicator: { type: "text" } }),
  };
  await callGraph(graphOf(account), `${account.config.phoneNumberId}/messages`, { json }, context);
}
