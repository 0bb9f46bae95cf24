/** The best place to cut before `at`, not before `least`: a line, a sentence, a word; null where there is none. */
export function breakBefore(text: string, at: number, least: number): number | null {
  const line = text.lastIndexOf("\n", at);
  if (line >= least) return line;
  const sentence = sentenceEnd(text, at, least);
  if (sentence !== null) return sentence;
  for (let i = Math.min(at, text.length - 1); i >= least; i--) if (/\s/.test(text.charAt(i))) return i;
  return null;
}

function sentenceEnd(text: string, at: number, least: number): number | null {
  for (let i = Math.min(at, text.length); i >= Math.max(1, least); i--) {
    const before = text.charAt(i - 1);
    if ("。！？".includes(before)) return i;
    if (".!?…".includes(before) && /\s/.test(text.charAt(i))) return i;
  }
  return null;
}

/** Longer than any sign of several code points that people send; what is longer still is cut at a code point. */
const LONGEST_GRAPHEME = 64;
const segmenter = new Intl.Segmenter(undefined, { granularity: "grapheme" });

/** The last end of a grapheme up to `at`. */
export function graphemeBefore(text: string, at: number): number {
  if (at >= text.length) return text.length;
  const from = codePointBefore(text, Math.max(0, at - LONGEST_GRAPHEME));
  const window = text.slice(from, at + LONGEST_GRAPHEME);
  const start = segmenter.segment(window).containing(at - from)?.index ?? 0;
  return start > 0 ? from + start : codePointBefore(text, at);
}

export function codePointBefore(text: string, at: number): number {
  const code = text.charCodeAt(at);
  const inPair = at > 0 && code >= 0xdc00 && code <= 0xdfff && (text.codePointAt(at - 1) ?? 0) > 0xffff;
  return inPair ? at - 1 : at;
}
