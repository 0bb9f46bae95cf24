import { ToolFailure, type EgressResponse } from "./contract.ts";
import { isTooDeep } from "./json-depth.ts";
import { pick } from "./json-pointer.ts";

/** Refused by the server's own word: nothing happened, whatever the method was. */
export function throwIfRefused({ status, text }: EgressResponse): void {
  if (status < 400 || status >= 500) return;
  // 408 is the one 4xx that may come after the request was taken on.
  if (status === 408) throw new Error("The server gave up waiting (408)");
  const detail = text === "" ? "" : `: ${text.slice(0, 300)}`;
  throw new ToolFailure(`HTTP_${status}`, `The server answered ${status}${detail}`, status === 425 || status === 429);
}

/** Anything but 2xx that is no plain refusal leaves open what the server did. */
export function throwUnlessDone({ status }: EgressResponse): void {
  if (status < 200 || status >= 300) throw new Error(`The server answered ${status}`);
}

export function jsonOf(response: EgressResponse): unknown {
  const type = response.headers.get("content-type") ?? "";
  if (!/^application\/([a-z0-9.+-]+\+)?json\b/i.test(type))
    throw new ToolFailure(
      "NOT_JSON",
      `The answer is ${type === "" ? "of no declared type" : type.slice(0, 100)}, not JSON`,
    );
  if (response.truncated) throw new ToolFailure("TOO_LARGE", "The answer is too large; ask for less");
  if (isTooDeep(response.text)) throw new ToolFailure("TOO_DEEP", "The answer is nested too deeply");
  try {
    return JSON.parse(response.text);
  } catch {
    throw new ToolFailure("NOT_JSON", "The answer says it is JSON but is not");
  }
}

export function pickOf(document: unknown, pointer: string): unknown {
  const found = pick(document, pointer);
  if (found === undefined) throw new ToolFailure("NOT_FOUND", `The answer has nothing at ${pointer}`);
  return found;
}
