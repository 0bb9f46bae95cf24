import type { ModelErrorClass } from "./contract.ts";

/** What the status of an answer says, with its words where one status means two things. */
export function classOfStatus(status: number, text: string): ModelErrorClass {
  if (status < 400) return "garbage";
  if (status === 429) return isEmptyAccount(text) ? "auth" : "throttle";
  if (status === 400 && /api.key.(not valid|invalid|expired)|credit balance is too low/i.test(text)) return "auth";
  if (status === 529) return "throttle";
  if (status === 401 || status === 402 || status === 403) return "auth";
  if (status === 408) return "timeout";
  if (status === 409 || status === 425 || status >= 500) return "transient";
  return "invalid";
}

/** Waiting does not fill an empty account. Google says "quota" of a rate per minute as well, and then how long to wait. */
const isEmptyAccount = (text: string): boolean =>
  /insufficient_quota|billing|exceeded your current quota/i.test(text) && !/"retryDelay"/.test(text);
