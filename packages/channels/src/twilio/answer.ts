import { messageOf } from "@charla/domain/errors";
import type { SendErrorClass } from "@charla/domain/inbound";
import type { SendResult } from "../contract.ts";
import { retryAfterOf } from "../json-call.ts";
import { type ApiAnswer, isSuccess, LostCall, textIn } from "./api.ts";
import { classOfCode, wordsOfCode } from "./error-codes.ts";

/** What Twilio made of a message. A success that names no message may be anybody's: the status callback will tell. */
export function sendResultOf(answer: ApiAnswer): SendResult {
  const { body, headers, status } = answer;
  if (!isSuccess(answer)) {
    const code = codeOf(body["code"]);
    const words = [wordsOfCode(code), textIn(body, "message")].filter((part) => part !== "").join(": ");
    const message = (words === "" ? `Twilio answered ${status}` : words).slice(0, 500);
    return { ok: false, class: classOf(status, code), message, ...retryAfterOf(headers) };
  }
  const sid = textIn(body, "sid");
  if (sid === "") return { ok: false, class: "ambiguous", message: "Twilio's answer names no message" };
  const code = codeOf(body["error_code"]);
  if (code === 0) return { ok: true, state: "sent", providerId: sid };
  return { ok: false, class: classOfCode(code) ?? "invalid", message: wordsOfCode(code) };
}

/**
 * The runtime says the same whether a connection was refused or cut after the request was written, so every send without
 * an answer may have been taken.
 */
export function lostSend(error: unknown): SendResult {
  const denied = error instanceof LostCall && error.denied;
  return { ok: false, class: denied ? "policy" : "ambiguous", message: messageOf(error).slice(0, 300) };
}

export const codeOf = (value: unknown): number => (Number.isSafeInteger(Number(value)) ? Number(value) : 0);

function classOf(status: number, code: number): SendErrorClass {
  const known = classOfCode(code);
  if (known !== undefined) return known;
  if (status === 429) return "throttle";
  if (status === 401 || status === 403 || status === 404) return "auth";
  if (status === 408 || status === 425 || status === 503) return "transient";
  // A failure inside of Twilio or on the way back says nothing of whether the message is in its queue.
  return status >= 500 ? "ambiguous" : "invalid";
}
