import type { InboundMailRpc } from "@charla/domain/rpc";

/** What the platform takes as one mail. */
const MAX_BYTES = 25 * 1_048_576;

/**
 * Mail of this installation's own domains. Returning means that it is stored; an error makes the sender's server keep it
 * and try again; a refusal tells the sender for good.
 */
export async function takeMail(
  message: Pick<ForwardableEmailMessage, "from" | "to" | "raw" | "rawSize" | "setReject">,
  { INBOUND_MAIL }: { INBOUND_MAIL: InboundMailRpc },
): Promise<void> {
  const { from, to, rawSize } = message;
  if (rawSize > MAX_BYTES) return message.setReject("5.3.4 The mail is too large");
  const raw = new Uint8Array(await new Response(message.raw).arrayBuffer());
  const verdict = await INBOUND_MAIL.take({ from, to, raw });
  if (!verdict.taken) message.setReject(verdict.reason);
}
