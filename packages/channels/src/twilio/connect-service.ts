import { check, type ConnectContext } from "../connect.ts";
import { type ApiAnswer, callTwilio, isSuccess, itemsIn, textIn } from "./api.ts";
import type { TwilioAccount } from "./config.ts";
import { broken, type Step } from "./step.ts";
import { say } from "./connect-words.ts";
import { withOverrides } from "./send.ts";

const DEFER = "UseInboundWebhookOnNumber";

export async function connectService(account: TwilioAccount, sid: string, context: ConnectContext): Promise<Step> {
  const answer = await callTwilio(account, { service: "messaging", path: `/v1/Services/${sid}` }, context);
  if (answer.status === 404) return broken("service", say.serviceMissing);
  if (!isSuccess(answer)) return refused(answer);
  const pool = await callTwilio(account, { service: "messaging", path: `/v1/Services/${sid}/PhoneNumbers` }, context);
  const numbers = itemsIn(pool.body, "phone_numbers").map((number) => textIn(number, "phone_number"));
  const facts = { service: textIn(answer.body, "friendly_name"), number: numbers.join(", ") };
  // Short codes and alphanumeric senders are in pools of their own, so an empty list is not yet an error.
  const senders =
    isSuccess(pool) && numbers.length === 0
      ? [check("service-senders", "manual", say.serviceEmpty, say.serviceEmptyHelp)]
      : [];
  const before = settingsOf(answer.body);
  const wanted = { InboundRequestUrl: withOverrides(account.webhookUrl), InboundMethod: "POST", [DEFER]: "false" };
  if (Object.entries(wanted).every(([name, value]) => before[name] === value))
    return { checks: [check("service", "ok", say.serviceReady), ...senders], facts };
  const change = await update(account, sid, wanted, context);
  if (!isSuccess(change)) return refused(change);
  const learnt: Step["learnt"] = isOurs(before, account) ? {} : { previous: before };
  return { checks: [check("service", "fixed", say.serviceReady), ...senders], facts, learnt };
}

export async function disconnectService(account: TwilioAccount, sid: string, context: ConnectContext): Promise<Step> {
  const answer = await callTwilio(account, { service: "messaging", path: `/v1/Services/${sid}` }, context);
  if (!isSuccess(answer) && answer.status !== 404) return refused(answer);
  if (answer.status === 404 || !isOurs(settingsOf(answer.body), account))
    return { checks: [check("service", "ok", say.foreign(sid))] };
  const { InboundRequestUrl = "", InboundMethod = "POST", [DEFER]: defer = "false" } = account.config.previous ?? {};
  const change = await update(account, sid, { InboundRequestUrl, InboundMethod, [DEFER]: defer }, context);
  if (!isSuccess(change)) return refused(change);
  return { checks: [check("service", "fixed", say.released(textIn(answer.body, "friendly_name") || sid))] };
}

const update = (
  account: TwilioAccount,
  sid: string,
  settings: Record<string, string>,
  context: ConnectContext,
): Promise<ApiAnswer> => {
  const form = new URLSearchParams(settings);
  return callTwilio(account, { service: "messaging", path: `/v1/Services/${sid}`, method: "POST", form }, context);
};

const settingsOf = (service: Record<string, unknown>): Record<string, string> => ({
  InboundRequestUrl: textIn(service, "inbound_request_url"),
  InboundMethod: textIn(service, "inbound_method") || "POST",
  [DEFER]: String(service["use_inbound_webhook_on_number"] === true),
});

const isOurs = ({ InboundRequestUrl = "" }: Record<string, string>, { webhookUrl }: TwilioAccount): boolean =>
  InboundRequestUrl.split("#", 1)[0] === webhookUrl;

const refused = ({ status, body }: ApiAnswer): Step => broken("service", say.refused(status, textIn(body, "message")));
