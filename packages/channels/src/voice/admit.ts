import type { CallWebhook, WebhookRequest } from "../contract.ts";
import { queryParamsOf } from "../twilio/form.ts";
import { verifyTwilioSocket } from "../twilio/signature.ts";
import type { VoiceAccount } from "./config.ts";
import { CALL_SID } from "./parse.ts";

const CALL_PARAM = "call";
const TICKET_PARAM = "ticket";
const TICKET = /^[A-Za-z0-9_-]{16,64}$/;

/** Twilio signs the address of the socket, so what is in it is what we once gave. */
export function socketUrlOf({ webhookUrl }: VoiceAccount, callId: string, ticket: string): string {
  const query = new URLSearchParams({ [CALL_PARAM]: callId, [TICKET_PARAM]: ticket });
  return `${webhookUrl.replace(/^http/, "ws")}?${query.toString()}`;
}

/** The signature does not expire; that the same upgrade gets in only once is the ticket's doing. */
export async function admitCall(request: WebhookRequest, { secrets }: VoiceAccount): ReturnType<CallWebhook["admit"]> {
  const verdict = await verifyTwilioSocket(request, secrets.authTokens);
  if (!verdict.ok) return verdict;
  const query = queryParamsOf(request.publicUrl);
  const [callId, ticket] = [query.get(CALL_PARAM) ?? "", query.get(TICKET_PARAM) ?? ""];
  if (!CALL_SID.test(callId) || !TICKET.test(ticket)) return { ok: false, status: 403, reason: "no ticket" };
  return { ok: true, callId, ticket };
}
