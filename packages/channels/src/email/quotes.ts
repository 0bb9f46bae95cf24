import { attributionAt, isHeaderBlock, isOriginalMark, isForwardMark } from "./quote-marks.ts";

const QUOTED = /^\s*>/;
const EMPTY_QUOTE = /^\s*>[>\s]*$/;
/** The two dashes of RFC 3676, and what telephones put below every mail. */
const SIGNATURE = /^--\s?$/;
const PHONE =
  /^(?:(?:enviado|sent|envoyé|gesendet)\s+(?:desde|from|depuis|von)\s+.{1,60}|(?:obtener|get|obtenga)\s+(?:outlook|boxer)\b.{0,80})$/i;
const RULE = /^_{10,}\s*$/;
const MAX_LINES = 20_000;

/**
 * What the person has just written: without the mail that is answered and without the signature. Forwarded mails stay, since
 * they are what is meant. Where nothing would be left, everything is kept.
 */
export function withoutQuotes(text: string): string {
  const lines = text.replaceAll("\r\n", "\n").split("\n", MAX_LINES);
  const kept = trimmed(withoutSignature(ownLines(lines)));
  return kept === "" ? trimmed(lines) : kept;
}

function ownLines(lines: readonly string[]): string[] {
  for (let at = 0; at < lines.length; at++) {
    const line = lines[at] ?? "";
    if (isForwardMark(line)) return [...lines];
    if (isOriginalMark(line)) return lines.slice(0, at);
    if (isHeaderBlock(lines, at)) return withoutRule(lines.slice(0, at));
    const taken = attributionAt(lines, at);
    if (taken > 0) {
      const rest = lines.slice(at + taken);
      // Programs that do not mark what they quote put all of it below.
      const before = lines.slice(0, at).filter((one) => !EMPTY_QUOTE.test(one));
      if (!rest.some((one) => QUOTED.test(one))) return before;
      return [...before, ...rest.filter((one) => !QUOTED.test(one))];
    }
  }
  return lines.filter((line) => !QUOTED.test(line));
}

const withoutRule = (lines: string[]): string[] => {
  const last = lines.findLastIndex((line) => line.trim() !== "");
  return last !== -1 && RULE.test(lines[last] ?? "") ? lines.slice(0, last) : lines;
};

function withoutSignature(lines: readonly string[]): string[] {
  const at = lines.findIndex((line) => SIGNATURE.test(line));
  const body = at > 0 ? lines.slice(0, at) : [...lines];
  while (body.length > 0 && (/^\s*$/.test(body.at(-1) ?? "") || PHONE.test((body.at(-1) ?? "").trim()))) body.pop();
  return body;
}

const trimmed = (lines: readonly string[]): string =>
  lines
    .join("\n")
    .replaceAll(/\n{3,}/g, "\n\n")
    .trim();
