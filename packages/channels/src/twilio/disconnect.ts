import { check, type ConnectContext, type ConnectReport } from "../connect.ts";
import type { TwilioAccount } from "./config.ts";
import { disconnectNumber } from "./connect-number.ts";
import { disconnectService } from "./connect-service.ts";
import { say } from "./connect-words.ts";
import { guarded, type Step } from "./step.ts";

/** The content templates stay: they cost nothing, and another channel of the same account may use them. */
export async function disconnectTwilio(account: TwilioAccount, context: ConnectContext): Promise<ConnectReport> {
  const { messagingServiceSid, phoneNumber, whatsappNumber } = account.config;
  const steps: Step[] = [];
  if (messagingServiceSid !== undefined)
    steps.push(await guarded("service", disconnectService(account, messagingServiceSid, context)));
  else if (phoneNumber !== undefined)
    steps.push(await guarded("number", disconnectNumber(account, phoneNumber, context)));
  if (whatsappNumber !== undefined) steps.push({ checks: [check("whatsapp-sender", "manual", say.senderLeft)] });
  return { checks: steps.flatMap(({ checks }) => checks), facts: {}, learnt: {} };
}
