import { pause } from "../../poll.ts";
import type { Accepted, TwilioAccountBook } from "./account.ts";
import { formOf, type Params, signRequest } from "./sign.ts";

export type Answered = { status: number; body: string; contentType: string };
/** `through` is where the address is really served, where that is not the name it is signed under. */
export type Posting = { through?: string; headers?: Record<string, string>; token?: string };

/** One signed request, as Twilio posts it. What follows `#` is for Twilio alone. */
export async function postWebhook(
  account: TwilioAccountBook,
  address: string,
  params: Params,
  { through, headers, token = account.token }: Posting = {},
): Promise<Answered> {
  const url = address.split("#", 1)[0] ?? address;
  const target = through === undefined ? url : through + url.slice(new URL(url).origin.length);
  const response = await account.send(target, {
    method: "POST",
    body: formOf(params).toString(),
    headers: {
      "content-type": "application/x-www-form-urlencoded; charset=utf-8",
      "x-twilio-signature": signRequest(token, url, params),
      ...headers,
    },
    signal: AbortSignal.timeout(15_000),
  });
  return {
    status: response.status,
    body: await response.text(),
    contentType: response.headers.get("content-type") ?? "",
  };
}

/** Repeats what was not taken as often as the address asks for (`#rc=5&rp=all`); without that, once. */
export async function deliverWebhook(
  account: TwilioAccountBook,
  address: string,
  params: Params,
  posting: Posting = {},
): Promise<Answered> {
  const asked = new URLSearchParams(address.split("#")[1] ?? "");
  const retries = Number(asked.get("rc") ?? 1);
  for (let tries = 0; ; tries++) {
    const answered = await postWebhook(account, address, params, posting).catch((error: unknown) => String(error));
    if (typeof answered !== "string" && answered.status < 300) return mustBeTwiml(answered);
    if (typeof answered !== "string" && (asked.get("rp") !== "all" || tries >= retries)) return answered;
    if (tries >= retries) throw new Error(`the webhook was not taken: ${String(answered)}`);
    await pause(Math.min(50 * 2 ** tries, 500));
  }
}

/** Twilio logs error 12300 for any other type, and tells the owner of the account. */
function mustBeTwiml(answered: Answered): Answered {
  if (!/^(text|application)\/xml\b/.test(answered.contentType) || !answered.body.includes("<Response"))
    throw new Error(`12300, invalid content type: ${answered.contentType} ${answered.body.slice(0, 100)}`);
  return answered;
}

export async function reportStatus(
  account: TwilioAccountBook,
  message: Accepted,
  statuses: string[],
  { errorCode, through }: { errorCode?: number; through?: string } = {},
): Promise<void> {
  if (message.statusCallback === "") return;
  for (const status of statuses) {
    const params = {
      AccountSid: account.sid,
      ApiVersion: "2010-04-01",
      From: message.from,
      To: message.to,
      MessageSid: message.sid,
      MessageStatus: status,
      SmsSid: message.sid,
      SmsStatus: status,
      ...(errorCode !== undefined && { ErrorCode: String(errorCode) }),
    };
    await deliverWebhook(account, message.statusCallback, params, { through });
  }
}
