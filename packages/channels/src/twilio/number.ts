import type { ConnectContext } from "../connect.ts";
import { accountPath, type ApiAnswer, callTwilio, itemsIn, textIn } from "./api.ts";
import type { TwilioCredentials } from "./config.ts";

export async function findNumber(
  account: TwilioCredentials,
  phoneNumber: string,
  context: ConnectContext,
): Promise<{ answer: ApiAnswer; found: Record<string, unknown> | undefined }> {
  const query = new URLSearchParams({ PhoneNumber: phoneNumber }).toString();
  const path = `${accountPath(account, "/IncomingPhoneNumbers")}?${query}`;
  const answer = await callTwilio(account, { service: "api", path }, context);
  // The filter also finds numbers that only contain what was asked for.
  const numbers = itemsIn(answer.body, "incoming_phone_numbers");
  return { answer, found: numbers.find((number) => textIn(number, "phone_number") === phoneNumber) };
}

export function updateNumber(
  account: TwilioCredentials,
  sid: string,
  settings: Record<string, string>,
  context: ConnectContext,
): Promise<ApiAnswer> {
  const path = accountPath(account, `/IncomingPhoneNumbers/${encodeURIComponent(sid)}`);
  const form = new URLSearchParams(settings);
  return callTwilio(account, { service: "api", path, method: "POST", form }, context);
}
