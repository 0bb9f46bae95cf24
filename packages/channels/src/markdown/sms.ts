import { plain } from "./plain.ts";
import type { Block } from "./model.ts";

const BASIC =
  "@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !\"#¤%&'()*+,-./0123456789:;<=>?¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§¿abcdefghijklmnopqrstuvwxyzäöñüà";
const EXTENSION = "\f^{}\\[~]|€";
/** GSM 03.38: what counts one, and what is sent behind an escape and counts two. */
const SEPTETS = new Map([
  ...Array.from(BASIC, (char) => [char, 1] as const),
  ...Array.from(EXTENSION, (char) => [char, 2] as const),
]);

/** Signs of good typography with an equal in GSM-7. Accents are kept: without them words change their meaning. */
const THRIFT: readonly [RegExp, string][] = [
  [/[“”„‟«»″]/g, '"'],
  [/[‘’‚‛′´]/g, "'"],
  [/[‐‑‒–—―−]/g, "-"],
  [/…/g, "..."],
  [/[•◦▪‣·]/g, "-"],
  [/[\u00a0\u2000-\u200a\u202f\u205f\u3000\t]/g, " "],
  [/[\u00ad\u200b-\u200f\u2060\ufeff]/g, ""],
  [/→/g, "->"],
  [/×/g, "x"],
];

/** Plain text that stays in GSM-7 where nothing is lost by it: one other sign makes every part less than half as long. */
export function sms(blocks: readonly Block[]): string {
  const text = plain(blocks, { done: "[x] ", open: "[ ] " });
  const thrifty = THRIFT.reduce((whole, [sign, equal]) => whole.replaceAll(sign, equal), text.normalize("NFC"));
  return isGsm7(thrifty) ? thrifty : text;
}

export type SmsSize = { encoding: "GSM-7" | "UCS-2"; units: number; segments: number };

export function smsSize(text: string): SmsSize {
  const gsm = isGsm7(text);
  const widths = gsm ? Array.from(text, (char) => SEPTETS.get(char) ?? 1) : Array.from(text, (char) => char.length);
  const units = widths.reduce((sum, width) => sum + width, 0);
  const [single, part] = gsm ? [160, 153] : [70, 67];
  return {
    encoding: gsm ? "GSM-7" : "UCS-2",
    units,
    segments: units <= single ? Math.min(units, 1) : countParts(widths, part),
  };
}

/** No character is sent half in one part and half in the next. */
function countParts(widths: readonly number[], part: number): number {
  let parts = 1;
  let used = 0;
  for (const width of widths) {
    if (used + width > part) {
      parts++;
      used = 0;
    }
    used += width;
  }
  return parts;
}

function isGsm7(text: string): boolean {
  for (const char of text) if (!SEPTETS.has(char)) return false;
  return true;
}
