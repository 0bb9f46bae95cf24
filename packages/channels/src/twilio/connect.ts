import { check, type ConnectCheck, type ConnectContext, type ConnectReport } from "../connect.ts";
import type { TwilioAccount } from "./config.ts";
import { checkCredentials } from "./check-credentials.ts";
import { connectContents } from "./connect-contents.ts";
import { connectNumber } from "./connect-number.ts";
import { connectService } from "./connect-service.ts";
import { say } from "./connect-words.ts";
import { withOverrides } from "./send.ts";
import { guarded } from "./step.ts";

export async function connectTwilio(account: TwilioAccount, context: ConnectContext): Promise<ConnectReport> {
  const steps = [await guarded("credentials", checkCredentials(account, context))];
  if (steps[0]?.checks.every(({ state }) => state !== "broken")) {
    const { messagingServiceSid, phoneNumber, whatsappNumber, buttons } = account.config;
    if (messagingServiceSid !== undefined)
      steps.push(await guarded("service", connectService(account, messagingServiceSid, context)));
    else if (phoneNumber !== undefined)
      steps.push(await guarded("number", connectNumber(account, phoneNumber, context)));
    if (whatsappNumber !== undefined) {
      steps.push({ checks: [whatsAppSender(account, whatsappNumber)] });
      if (buttons === "content") steps.push(await guarded("buttons", connectContents(account, context)));
    }
  }
  return {
    checks: steps.flatMap(({ checks }) => checks),
    facts: Object.assign({}, ...steps.map(({ facts }) => facts)),
    learnt: Object.assign({}, ...steps.map(({ learnt }) => learnt)),
  };
}

/** Where WhatsApp messages go is set on the sender's page; the address stands ready to be copied. */
const whatsAppSender = ({ webhookUrl }: TwilioAccount, number: string): ConnectCheck =>
  check("whatsapp-sender", "manual", say.sender(number), say.senderHelp(withOverrides(webhookUrl)));
