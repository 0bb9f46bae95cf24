import { check, type ConnectCheck, type ConnectContext, type ConnectReport } from "../connect.ts";
import { isRecord } from "../json-body.ts";
import { isSuccess, textIn } from "../twilio/api.ts";
import { checkCredentials } from "../twilio/check-credentials.ts";
import { say as twilioSays } from "../twilio/connect-words.ts";
import { findNumber, updateNumber } from "../twilio/number.ts";
import { broken, guarded, type Step } from "../twilio/step.ts";
import type { VoiceAccount } from "./config.ts";
import { say } from "./connect-words.ts";
import { differs, isOurs, settingsOf, wantedSettings } from "./number-settings.ts";

export async function connectVoice(account: VoiceAccount, context: ConnectContext): Promise<ConnectReport> {
  const steps = [await guarded("credentials", checkCredentials(account, context))];
  if (steps[0]?.checks.every(({ state }) => state !== "broken"))
    steps.push(await guarded("number", connectNumber(account, context)), { checks: byHand(account) });
  return {
    checks: steps.flatMap(({ checks }) => checks),
    facts: Object.assign({}, ...steps.map(({ facts }) => facts)),
    learnt: Object.assign({}, ...steps.map(({ learnt }) => learnt)),
  };
}

async function connectNumber(account: VoiceAccount, context: ConnectContext): Promise<Step> {
  const { phoneNumber } = account.config;
  const { answer, found } = await findNumber(account, phoneNumber, context);
  if (!isSuccess(answer)) return broken("number", twilioSays.refused(answer.status, textIn(answer.body, "message")));
  if (found === undefined) return broken("number", twilioSays.numberMissing(phoneNumber));
  const { capabilities } = found;
  if (isRecord(capabilities) && capabilities["voice"] === false) return broken("number", say.mute(phoneNumber));
  const facts = { number: phoneNumber };
  const before = settingsOf(found);
  const wanted = wantedSettings(account);
  if (!differs(before, wanted)) return { checks: [check("number", "ok", say.ready(phoneNumber))], facts };
  const change = await updateNumber(account, textIn(found, "sid"), wanted, context);
  if (!isSuccess(change)) return broken("number", twilioSays.refused(change.status, textIn(change.body, "message")));
  const learnt: Step["learnt"] = isOurs(before, account) ? {} : { previous: before };
  return { checks: [check("number", "fixed", say.ready(phoneNumber))], facts, learnt };
}

/** What no API tells or does. */
function byHand({ config }: VoiceAccount): ConnectCheck[] {
  const { mode, handOverNumber } = config;
  const checks = mode === "relay" ? [check("relay", "manual", say.relay, say.relayHelp)] : [];
  checks.push(
    handOverNumber === undefined
      ? check("person", "manual", say.nobody, say.nobodyHelp)
      : check("person", "ok", say.person(handOverNumber)),
  );
  return checks;
}
