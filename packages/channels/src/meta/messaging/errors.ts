import type { SendErrorClass } from "@charla/domain/inbound";
import type { GraphError } from "../graph.ts";

/** https://developers.facebook.com/docs/messenger-platform/error-codes */
const OUTSIDE_WINDOW = new Set([2018278, 2534022]);
const THROTTLED = new Set([4, 32, 613, 80006]);
const TRANSIENT = new Set([1, 2, 1200]);
/** Nobody is there who could read it: no such person, or one that cannot be written to. */
const UNAVAILABLE = new Set([1545041, 2018001]);

export function classify({ code, subcode }: GraphError): SendErrorClass | null {
  if (OUTSIDE_WINDOW.has(subcode)) return "window";
  if (UNAVAILABLE.has(subcode) || code === 551 || code === 100) return "invalid";
  if (THROTTLED.has(code)) return "throttle";
  if (TRANSIENT.has(code)) return "transient";
  if (code === 368) return "policy";
  return code === 190 || code === 10 || code === 3 || (code >= 200 && code <= 299) ? "auth" : null;
}
