import { parseInline, type Inline } from "./markdown-inline.ts";

export type Block =
  | { type: "paragraph"; lines: Inline[][] }
  | { type: "list"; ordered: boolean; start: number; items: Inline[][] }
  | { type: "code"; text: string };

const FENCE = /^\s{0,3}```/u;
const BULLET = /^\s{0,3}[-*•]\s+(.*)$/u;
const NUMBER = /^\s{0,3}(\d{1,6})[.)]\s+(.*)$/u;
const HEADING = /^\s{0,3}#{1,6}\s+(.*)$/u;

type Line =
  | { kind: "blank" }
  | { kind: "fence" }
  | { kind: "item"; ordered: boolean; start: number; text: string }
  | { kind: "heading" | "text"; text: string };

function classify(line: string): Line {
  if (line.trim() === "") return { kind: "blank" };
  if (FENCE.test(line)) return { kind: "fence" };
  const bullet = BULLET.exec(line)?.[1];
  if (bullet !== undefined) return { kind: "item", ordered: false, start: 1, text: bullet };
  const [, digits, numbered] = NUMBER.exec(line) ?? [];
  if (numbered !== undefined) return { kind: "item", ordered: true, start: Number(digits), text: numbered };
  const heading = HEADING.exec(line)?.[1];
  return heading === undefined ? { kind: "text", text: line } : { kind: "heading", text: heading };
}

/** The small safe subset of Markdown that answers use. The result is data; no HTML is ever made of it. */
export function parseMarkdown(source: string): Block[] {
  const blocks: Block[] = [];
  let open: Block | null = null;
  let code: string[] | null = null;
  for (const raw of source.split(/\r\n|\r|\n/u)) {
    const line = classify(raw);
    if (code !== null) {
      if (line.kind !== "fence") code.push(raw);
      else {
        blocks.push({ type: "code", text: code.join("\n") });
        code = null;
      }
      continue;
    }
    if (line.kind === "fence") {
      code = [];
      open = null;
    } else if (line.kind === "blank") open = null;
    else if (line.kind === "item") {
      if (open?.type !== "list" || open.ordered !== line.ordered)
        blocks.push((open = { type: "list", ordered: line.ordered, start: line.start, items: [] }));
      open.items.push(parseInline(line.text));
    } else if (line.kind === "heading") {
      blocks.push({ type: "paragraph", lines: [[{ type: "strong", children: parseInline(line.text) }]] });
      open = null;
    } else {
      if (open?.type !== "paragraph") blocks.push((open = { type: "paragraph", lines: [] }));
      open.lines.push(parseInline(line.text));
    }
  }
  if (code !== null) blocks.push({ type: "code", text: code.join("\n") });
  return blocks;
}
