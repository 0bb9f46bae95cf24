import { languageOf, type Language } from "./words.ts";

export type Chunk = { heading: string; body: string; language: Language };

/** Letters. Small enough that a passage is about one thing, large enough that it can be understood alone. */
const TARGET = 900;
const MOST = 1400;
const MAX_HEADING = 300;
export const MAX_CHUNKS = 2000;

type Block = { headings: string[]; lines: string[]; table: boolean };

/**
 * Passages of a text: never across a heading, tables by whole rows that each name their columns, prose by paragraphs and,
 * where a paragraph is too long, by sentences. What is there twice is kept once.
 */
export function chunksOf(text: string): { chunks: Chunk[]; complete: boolean } {
  const chunks: Chunk[] = [];
  const seen = new Set<string>();
  for (const { headings, lines, table } of blocksOf(text)) {
    const heading = headings.join(" > ").slice(0, MAX_HEADING);
    for (const body of packed(table ? rowsOf(lines) : paragraphsOf(lines), table ? "\n" : "\n\n")) {
      const key = `${heading}\n${body}`;
      if (seen.has(key) || !/[\p{L}\p{N}]/u.test(body)) continue;
      if (chunks.length === MAX_CHUNKS) return { chunks, complete: false };
      seen.add(key);
      chunks.push({ heading, body, language: languageOf(body) });
    }
  }
  return { chunks, complete: true };
}

const HEADING = /^(#{1,6})\s+(.+?)\s*#*$/;
const isRow = (line: string): boolean => line.includes("\t") || /\S\s*\|\s*\S/.test(line);
/** The line that Markdown draws under the names of columns. */
const isRule = (line: string): boolean => /^\s*\|?\s*:?-{2,}:?\s*(?:\|\s*:?-{2,}:?\s*)*\|?\s*$/.test(line);

function blocksOf(text: string): Block[] {
  const blocks: Block[] = [];
  const path: string[] = [];
  /** Whether the next line goes on with the last block. */
  let open = false;
  for (const line of text.split(/\r?\n/)) {
    const [, marks, title] = HEADING.exec(line) ?? [];
    if (marks !== undefined && title !== undefined) {
      path.length = Math.min(path.length, marks.length - 1);
      path.push(title);
      open = false;
      continue;
    }
    const current = open ? blocks.at(-1) : undefined;
    if (line.trim() === "") {
      if (current?.table === true) open = false;
      else current?.lines.push("");
      continue;
    }
    const table = isRow(line) || (current?.table === true && isRule(line));
    if (current?.table === table) current.lines.push(line);
    else blocks.push({ headings: [...path], lines: [line], table });
    open = true;
  }
  return blocks.map((block) => (block.table && block.lines.length < 2 ? { ...block, table: false } : block));
}

const cellsOf = (line: string): string[] =>
  line
    .replace(/^\s*\|/, "")
    .replace(/\|\s*$/, "")
    .split(line.includes("\t") ? "\t" : "|")
    .map((cell) => cell.trim());

/** Each row with the names of its columns, so that it says what it means wherever it is shown. */
function rowsOf(lines: readonly string[]): string[] {
  const [first, ...rest] = lines.filter((line) => !isRule(line)).map(cellsOf);
  if (first === undefined) return [];
  const named = rest.length > 0 && first.every((cell) => cell !== "" && !/^[\d.,\s€$%-]+$/.test(cell));
  if (!named) return [first, ...rest].map((cells) => cells.filter((cell) => cell !== "").join(" | "));
  return rest.map((cells) =>
    cells
      .map((cell, at) => (cell === "" ? "" : first[at] === undefined ? cell : `${first[at]}: ${cell}`))
      .filter((part) => part !== "")
      .join(" | "),
  );
}

const paragraphsOf = (lines: readonly string[]): string[] =>
  lines
    .join("\n")
    .split(/\n{2,}/)
    .map((paragraph) => paragraph.trim())
    .filter((paragraph) => paragraph !== "");

/** Pieces put together up to the size that is aimed at; one that is too long alone is cut. */
function packed(pieces: readonly string[], between: string): string[] {
  const bodies: string[] = [];
  let body = "";
  for (const piece of pieces.flatMap((whole) => (whole.length > MOST ? cut(whole) : [whole]))) {
    if (body !== "" && body.length + between.length + piece.length > TARGET) {
      bodies.push(body);
      body = "";
    }
    body = body === "" ? piece : `${body}${between}${piece}`;
  }
  return body === "" ? bodies : [...bodies, body];
}

/** At the ends of lines and sentences, else wherever there is a space, else anywhere. */
function cut(text: string): string[] {
  const parts: string[] = [];
  let rest = text;
  while (rest.length > MOST) {
    const head = rest.slice(0, TARGET);
    const end = Math.max(head.lastIndexOf("\n"), head.search(/[.!?…;][^.!?…;]*$/) + 1);
    const at = end > TARGET / 3 ? end : head.lastIndexOf(" ") > 0 ? head.lastIndexOf(" ") : whole(rest, TARGET);
    parts.push(rest.slice(0, at).trim());
    rest = rest.slice(at).trim();
  }
  return rest === "" ? parts : [...parts, rest];
}

/** Not through the middle of a letter that takes two units. */
const whole = (text: string, at: number): number => (/[\uD800-\uDBFF]/.test(text.charAt(at - 1)) ? at - 1 : at);
