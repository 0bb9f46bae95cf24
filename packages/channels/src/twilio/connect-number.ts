import { check, type ConnectContext } from "../connect.ts";
import { isRecord } from "../json-body.ts";
import { isSuccess, textIn } from "./api.ts";
import type { TwilioAccount } from "./config.ts";
import { findNumber, updateNumber } from "./number.ts";
import { broken, type Step } from "./step.ts";
import { say } from "./connect-words.ts";
import { withOverrides } from "./send.ts";

/** An application set on the number would win over the addresses, so it is remembered and taken off. */
const SETTINGS = { SmsUrl: "sms_url", SmsMethod: "sms_method", SmsApplicationSid: "sms_application_sid" };

export async function connectNumber(
  account: TwilioAccount,
  phoneNumber: string,
  context: ConnectContext,
): Promise<Step> {
  const { answer, found } = await findNumber(account, phoneNumber, context);
  if (!isSuccess(answer)) return broken("number", say.refused(answer.status, textIn(answer.body, "message")));
  if (found === undefined) return broken("number", say.numberMissing(phoneNumber));
  const { capabilities } = found;
  if (isRecord(capabilities) && capabilities["sms"] === false) return broken("number", say.numberMute(phoneNumber));
  const facts = { number: phoneNumber, mms: isRecord(capabilities) && capabilities["mms"] === true ? "1" : "0" };
  const wanted = { SmsUrl: withOverrides(account.webhookUrl), SmsMethod: "POST", SmsApplicationSid: "" };
  if (differs(found, wanted)) {
    const change = await updateNumber(account, textIn(found, "sid"), wanted, context);
    if (!isSuccess(change)) return broken("number", say.refused(change.status, textIn(change.body, "message")));
    const learnt: Step["learnt"] = isOurs(found, account) ? {} : { previous: settingsOf(found) };
    return { checks: [check("number", "fixed", say.numberReady(phoneNumber))], facts, learnt };
  }
  return { checks: [check("number", "ok", say.numberReady(phoneNumber))], facts };
}

/** Puts back what was there before, unless somebody has pointed the number elsewhere meanwhile. */
export async function disconnectNumber(
  account: TwilioAccount,
  phoneNumber: string,
  context: ConnectContext,
): Promise<Step> {
  const { answer, found } = await findNumber(account, phoneNumber, context);
  if (!isSuccess(answer)) return broken("number", say.refused(answer.status, textIn(answer.body, "message")));
  if (found === undefined || !isOurs(found, account))
    return { checks: [check("number", "ok", say.foreign(phoneNumber))] };
  const { previous = {} } = account.config;
  const before = { SmsUrl: "", SmsMethod: "POST", SmsApplicationSid: "", ...pick(previous, Object.keys(SETTINGS)) };
  const change = await updateNumber(account, textIn(found, "sid"), before, context);
  if (!isSuccess(change)) return broken("number", say.refused(change.status, textIn(change.body, "message")));
  return { checks: [check("number", "fixed", say.released(phoneNumber))] };
}

const settingsOf = (number: Record<string, unknown>): Record<string, string> =>
  Object.fromEntries(Object.entries(SETTINGS).map(([name, field]) => [name, textIn(number, field)]));

const differs = (number: Record<string, unknown>, wanted: Record<string, string>): boolean =>
  Object.entries(settingsOf(number)).some(([name, value]) => value !== wanted[name]);

const isOurs = (number: Record<string, unknown>, { webhookUrl }: TwilioAccount): boolean =>
  textIn(number, "sms_url").split("#", 1)[0] === webhookUrl;

const pick = (record: Record<string, string>, names: string[]): Record<string, string> =>
  Object.fromEntries(names.flatMap((name) => (record[name] === undefined ? [] : [[name, record[name]]])));
