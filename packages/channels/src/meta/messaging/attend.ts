import type { Attention, SendContext } from "../../contract.ts";
import { callGraph } from "../graph.ts";
import { graphOf, type MessagingAccount } from "./account.ts";

/** What goes wrong here costs nobody anything. */
export async function attendMessaging(
  { moment, contact }: Attention,
  account: MessagingAccount,
  context: SendContext,
): Promise<void> {
  const json = { recipient: { id: contact.address }, sender_action: moment === "read" ? "mark_seen" : "typing_on" };
  await callGraph(graphOf(account), "me/messages", { json }, context);
}
