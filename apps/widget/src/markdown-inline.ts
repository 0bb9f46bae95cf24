import { safeHref, splitLinks } from "./links.ts";

export type Inline =
  | { type: "text"; text: string }
  | { type: "code"; text: string }
  | { type: "strong" | "em"; children: Inline[] }
  | { type: "link"; href: string; text: string };

/** Deeper nesting than this is an attack on the parser, not writing. */
const MAX_DEPTH = 4;
/** No mark-up reaches further than this, which keeps hostile input linear. */
const MAX_SPAN = 2000;

const isWordChar = (char: string | undefined): boolean => char !== undefined && /[\p{L}\p{N}]/u.test(char);
const isSpace = (char: string | undefined): boolean => char === undefined || /\s/u.test(char);

function indexNear(text: string, needle: string, from: number): number {
  const at = text.slice(from, from + MAX_SPAN).indexOf(needle);
  return at < 0 ? -1 : from + at;
}

function closing(text: string, from: number, mark: string): number {
  for (let at = indexNear(text, mark, from); at >= 0 && at < from + MAX_SPAN; at = indexNear(text, mark, at + 1)) {
    if (at === from || isSpace(text[at - 1])) continue;
    if (mark.length === 1 && text[at + 1] === mark) at++;
    else if (!(mark.startsWith("_") && isWordChar(text[at + mark.length]))) return at;
  }
  return -1;
}

type Found = { node: Inline; end: number };

function codeAt(text: string, at: number): Found | null {
  const end = indexNear(text, "`", at + 1);
  if (end <= at + 1) return null;
  return { node: { type: "code", text: text.slice(at + 1, end) }, end: end + 1 };
}

function linkAt(text: string, at: number): Found | null {
  const middle = indexNear(text, "](", at + 1);
  if (middle <= at + 1) return null;
  const end = indexNear(text, ")", middle + 2);
  if (end < 0) return null;
  const href = safeHref(text.slice(middle + 2, end).trim());
  const label = text.slice(at + 1, middle);
  return href === null || label.includes("[") ? null : { node: { type: "link", href, text: label }, end: end + 1 };
}

function emphasisAt(text: string, at: number, depth: number): Found | null {
  const char = text.charAt(at);
  if (char === "_" && isWordChar(text[at - 1])) return null;
  const mark = text[at + 1] === char ? char + char : char;
  const from = at + mark.length;
  if (isSpace(text[from]) || depth >= MAX_DEPTH) return null;
  const end = closing(text, from, mark);
  if (end < 0) return null;
  const children = parseInline(text.slice(from, end), depth + 1);
  return { node: { type: mark.length === 2 ? "strong" : "em", children }, end: end + mark.length };
}

function markAt(text: string, at: number, depth: number): Found | null {
  const char = text[at];
  if (char === "`") return codeAt(text, at);
  if (char === "[") return linkAt(text, at);
  return char === "*" || char === "_" ? emphasisAt(text, at, depth) : null;
}

const plain = (text: string): Inline[] =>
  splitLinks(text).map((piece) =>
    piece.href === undefined
      ? { type: "text", text: piece.text }
      : { type: "link", href: piece.href, text: piece.text },
  );

/** Marks inside an address (`a_b_c`) are part of the address. */
function addressEnd(text: string, at: number): number {
  if (!/^https?:\/\//iu.test(text.slice(at, at + 8))) return at;
  const rest = /^[^\s<>"'`*\]]{1,2000}/u.exec(text.slice(at, at + MAX_SPAN));
  return at + (rest?.[0].length ?? 0);
}

export function parseInline(text: string, depth = 0): Inline[] {
  const nodes: Inline[] = [];
  let done = 0;
  let at = 0;
  while (at < text.length) {
    if (text[at] === "h" || text[at] === "H") {
      const end = addressEnd(text, at);
      at = end > at ? end : at + 1;
      continue;
    }
    const found = markAt(text, at, depth);
    if (found === null) {
      at++;
      continue;
    }
    if (at > done) nodes.push(...plain(text.slice(done, at)));
    nodes.push(found.node);
    at = done = found.end;
  }
  if (done < text.length) nodes.push(...plain(text.slice(done)));
  return nodes;
}
