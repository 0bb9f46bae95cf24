import { check, type ConnectContext, type ConnectReport } from "../connect.ts";
import { isSuccess, textIn } from "../twilio/api.ts";
import { say } from "../twilio/connect-words.ts";
import { findNumber, updateNumber } from "../twilio/number.ts";
import { broken, guarded, type Step } from "../twilio/step.ts";
import type { VoiceAccount } from "./config.ts";
import { isOurs, settingsBefore, settingsOf } from "./number-settings.ts";

export async function disconnectVoice(account: VoiceAccount, context: ConnectContext): Promise<ConnectReport> {
  const { checks } = await guarded("number", releaseNumber(account, context));
  return { checks, facts: {}, learnt: {} };
}

/** Puts back what was there before, unless somebody has pointed the number elsewhere meanwhile. */
async function releaseNumber(account: VoiceAccount, context: ConnectContext): Promise<Step> {
  const { phoneNumber, previous = {} } = account.config;
  const { answer, found } = await findNumber(account, phoneNumber, context);
  if (!isSuccess(answer)) return broken("number", say.refused(answer.status, textIn(answer.body, "message")));
  if (found === undefined || !isOurs(settingsOf(found), account))
    return { checks: [check("number", "ok", say.foreign(phoneNumber))] };
  const change = await updateNumber(account, textIn(found, "sid"), settingsBefore(previous), context);
  if (!isSuccess(change)) return broken("number", say.refused(change.status, textIn(change.body, "message")));
  return { checks: [check("number", "fixed", say.released(phoneNumber))] };
}
