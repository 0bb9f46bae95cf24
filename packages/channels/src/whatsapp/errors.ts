import type { SendErrorClass } from "@charla/domain/inbound";
import type { GraphError } from "../meta/graph.ts";

/** https://developers.facebook.com/docs/whatsapp/cloud-api/support/error-codes: the code decides, the HTTP status does not. */
const CLASSES: [SendErrorClass, readonly number[]][] = [
  ["auth", [0, 3, 10, 190]],
  ["throttle", [4, 80007, 130429, 131056]],
  ["transient", [1, 2, 131000, 131016, 131057, 133016]],
  ["window", [131047]],
  ["optout", [131050]],
  // Held back by Meta or by law; another try changes nothing.
  ["policy", [131049, 130472, 131048, 131064, 368, 131031, 130497, 131037, 131042]],
  ["invalid", [100, 131008, 131009, 131026, 131051, 131052, 131053, 131062, 131063, 135000]],
];

const BY_CODE = new Map(
  CLASSES.flatMap(([kind, codes]) => codes.map((code): [number, SendErrorClass] => [code, kind])),
);

export function classOfCode(code: number): SendErrorClass | null {
  const known = BY_CODE.get(code);
  if (known !== undefined) return known;
  if (code >= 200 && code <= 299) return "auth";
  // Templates and flows: what is wrong with them is wrong until a person mends it.
  if (code >= 132000 && code <= 132099) return "invalid";
  return null;
}

export const classify = ({ code }: GraphError): SendErrorClass | null => classOfCode(code);

/** Of one pair of numbers Meta asks for 4^n seconds; the others name a time themselves or leave it to us. */
export const pairBackoffMs = (tries: number): number => Math.min(4 ** Math.max(1, tries), 3600) * 1000;

export const PAIR_LIMIT = 131056;
