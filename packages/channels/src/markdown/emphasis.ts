import type { Mark } from "./model.ts";

/**
 * Emphasis of chat clients (WhatsApp, Slack): a pair of `*`, `_` or `~` within one line, the opening one at the start of
 * a word and the closing one at its end. Neither client has an escape, so a literal character that would be taken for
 * one of a pair is kept from it by a space of no width.
 */
export type Piece = { text: string; code?: true; verbatim?: true } & Partial<Record<Mark, true>>;

const SIGNS: readonly [Mark, string][] = [
  ["bold", "*"],
  ["italic", "_"],
  ["strike", "~"],
];
const NOTHING = "\u200b";
const WORD = /[\p{L}\p{N}\p{M}]/u;
const SPACE = /\s/;

export function emphasise(pieces: readonly Piece[]): string {
  return lines(pieces)
    .map((line) => write(settle(line)))
    .join("\n");
}

function lines(pieces: readonly Piece[]): Piece[][] {
  const result: Piece[][] = [[]];
  for (const piece of pieces) {
    for (const [index, text] of piece.text.split("\n").entries()) {
      if (index > 0) result.push([]);
      if (text !== "") result.at(-1)?.push({ ...piece, text });
    }
  }
  return result;
}

/** Takes marks off where the client would not see them, so that no lone sign is shown. */
function settle(line: Piece[]): Piece[] {
  return SIGNS.reduce((pieces, [mark]) => settleMark(pieces, mark), line.map(settleCode));
}

function settleCode(piece: Piece): Piece {
  if (piece.code === undefined) return piece;
  const shown = !piece.text.includes("`") && piece.text.trim() !== "";
  return shown ? { text: piece.text, code: true } : { text: piece.text };
}

function settleMark(line: Piece[], mark: Mark): Piece[] {
  const result: Piece[] = [];
  for (let i = 0; i < line.length;) {
    let end = i;
    while (line[end]?.[mark] !== undefined) end++;
    if (end === i) {
      result.push(...line.slice(i, ++i));
      continue;
    }
    const stretch = trimMark(line.slice(i, end), mark);
    const before = stretch.before === "" ? lastChar(result.at(-1)?.text ?? "") : " ";
    const after = stretch.after === "" ? firstChar(line[end]?.text ?? "") : " ";
    const seen = !WORD.test(before) && !WORD.test(after);
    if (stretch.before !== "") result.push({ text: stretch.before });
    for (const piece of stretch.inner) result.push(seen ? piece : { ...piece, [mark]: undefined });
    if (stretch.after !== "") result.push({ text: stretch.after });
    i = end;
  }
  return result;
}

/** White space at the ends of a marked stretch stays outside. */
function trimMark(stretch: Piece[], mark: Mark): { before: string; inner: Piece[]; after: string } {
  const inner = [...stretch];
  let before = "";
  let after = "";
  for (let first = inner[0]; first !== undefined; first = inner[0]) {
    const kept = first.text.trimStart();
    before += first.text.slice(0, first.text.length - kept.length);
    if (kept !== "") inner[0] = { ...first, text: kept };
    if (kept !== "") break;
    inner.shift();
  }
  for (let last = inner.at(-1); last !== undefined; last = inner.at(-1)) {
    const kept = last.text.trimEnd();
    after = last.text.slice(kept.length) + after;
    if (kept !== "") inner[inner.length - 1] = { ...last, text: kept };
    if (kept !== "") break;
    inner.pop();
  }
  return { before, inner: inner.map((piece) => ({ ...piece, [mark]: true })), after };
}

type Segment = { text: string; kind: "sign" | "literal" | "other" };

function write(line: readonly Piece[]): string {
  const segments: Segment[] = [];
  let open: Mark[] = [];
  for (const piece of [...line, { text: "" }]) {
    const keep = open.findIndex((mark) => piece[mark] === undefined);
    if (keep !== -1) {
      for (const mark of open.slice(keep).toReversed()) segments.push(sign(mark));
      open = open.slice(0, keep);
    }
    for (const [mark] of SIGNS) {
      if (piece[mark] === undefined || open.includes(mark)) continue;
      open.push(mark);
      segments.push(sign(mark));
    }
    if (piece.code !== undefined) segments.push({ text: `\`${piece.text}\``, kind: "other" });
    else if (piece.text !== "") segments.push({ text: piece.text, kind: piece.verbatim ? "other" : "literal" });
  }
  return disarm(segments);
}

function sign(mark: Mark): Segment {
  return { text: SIGNS.find(([name]) => name === mark)?.[1] ?? "", kind: "sign" };
}

type Spot = { at: number; literal: boolean; opens: boolean; closes: boolean };

/** Puts nothing visible beside those literal signs that would pair with another of their kind. */
function disarm(segments: readonly Segment[]): string {
  const whole = segments.map(({ text }) => text).join("");
  if (!/[*_~`]/.test(whole)) return whole;
  const inserts: number[] = [];
  for (const char of "*_~`") {
    const spots = spotsOf(char, segments, whole);
    const lastClose = spots.findLast(({ closes }) => closes)?.at ?? -1;
    const firstOpen = spots.find(({ opens }) => opens)?.at ?? whole.length;
    for (const { at, literal, opens, closes } of spots) {
      if (!literal) continue;
      if (opens && at < lastClose) inserts.push(at + 1);
      if (closes && at > firstOpen) inserts.push(at);
    }
  }
  inserts.sort((a, b) => a - b);
  return (
    inserts.map((at, index) => whole.slice(inserts[index - 1] ?? 0, at)).join(NOTHING) +
    (inserts.length > 0 ? NOTHING : "") +
    whole.slice(inserts.at(-1) ?? 0)
  );
}

function spotsOf(char: string, segments: readonly Segment[], whole: string): Spot[] {
  const spots: Spot[] = [];
  let start = 0;
  for (const { text, kind } of segments) {
    for (let i = kind === "other" ? -1 : text.indexOf(char); i !== -1; i = text.indexOf(char, i + 1)) {
      const at = start + i;
      const before = lastChar(whole.slice(Math.max(0, at - 2), at));
      const after = firstChar(whole.slice(at + 1, at + 3));
      const opens = !WORD.test(before) && after !== "" && !SPACE.test(after);
      const closes = before !== "" && !SPACE.test(before) && !WORD.test(after);
      spots.push({ at, literal: kind === "literal", opens, closes });
    }
    start += text.length;
  }
  return spots;
}

const firstChar = (text: string): string => (text === "" ? "" : String.fromCodePoint(text.codePointAt(0) ?? 0));

function lastChar(text: string): string {
  const pair = text.slice(-2);
  return pair.length === 2 && (pair.codePointAt(0) ?? 0) > 0xffff ? pair : text.slice(-1);
}
