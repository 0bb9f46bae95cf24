import type { Block, Item, Run } from "./model.ts";

/** How a dialect of lines of text writes what Markdown's blocks say. */
export type TextStyle = {
  inline(runs: Run[]): string;
  /** Text that shall stand out: headings, names of columns. */
  strong(runs: Run[]): string;
  codeBlock(text: string, lang: string): string;
  quote(text: string, inner: boolean): string;
  bullets: readonly [string, string];
  checkbox: { done: string; open: string };
  rule: string;
};

const INDENT = "  ";

export function layout(blocks: readonly Block[], style: TextStyle): string {
  return lay(blocks, style, { level: 0, inQuote: false }).trim();
}

type Place = { level: number; inQuote: boolean };

function lay(blocks: readonly Block[], style: TextStyle, place: Place): string {
  let text = "";
  for (const block of blocks) {
    const part = layBlock(block, style, place);
    if (part.trim() === "") continue;
    text += (text === "" ? "" : block.tight || place.inQuote ? "\n" : "\n\n") + part;
  }
  return text;
}

function layBlock(block: Block, style: TextStyle, place: Place): string {
  switch (block.type) {
    case "paragraph":
      return style.inline(block.runs);
    case "heading":
      return style.strong(block.runs);
    case "code":
      return style.codeBlock(block.text, block.lang);
    case "quote":
      return style.quote(lay(block.blocks, style, { ...place, inQuote: true }), place.inQuote);
    case "list":
      return block.items
        .map((item, index) => layItem(item, marker(block.start, index, style, place), style, place))
        .join("\n");
    case "table":
      return layTable(block.header, block.rows, style);
    case "rule":
      return style.rule;
  }
}

function marker(start: number | null, index: number, style: TextStyle, place: Place): string {
  return start === null ? style.bullets[place.level === 0 ? 0 : 1] : `${start + index}. `;
}

function layItem(item: Item, bullet: string, style: TextStyle, place: Place): string {
  const box = item.checked === undefined ? "" : item.checked ? style.checkbox.done : style.checkbox.open;
  const parts: { text: string; code: boolean }[] = [];
  for (const block of item.blocks) {
    const text = layBlock(block, style, { ...place, level: place.level + 1 });
    if (text !== "") parts.push({ text, code: block.type === "code" });
  }
  // Spaces before a line of code would be part of it.
  const [first, ...rest] = parts.map(({ text, code }) =>
    code ? `\n${text}` : `\n${INDENT}${text.replaceAll("\n", `\n${INDENT}`)}`,
  );
  const head = first === undefined ? "" : parts[0]?.code === true ? first : first.slice(1 + INDENT.length);
  return `${bullet}${box}${head}`.trimEnd() + rest.join("");
}

/** A line per row: its first cell stands out, the others say which column they are of. */
function layTable(header: readonly Run[][], rows: readonly Run[][][], style: TextStyle): string {
  const [first = [], ...others] = header;
  const title = header.length === 2 ? joinCells(header, style) : style.strong(first);
  const lines = rows.map((row) => {
    const [name = [], ...cells] = row;
    const said = cells.flatMap((cell, index) => {
      const value = style.inline(cell);
      if (value.trim() === "") return [];
      const column = cells.length === 1 ? "" : style.inline(others[index] ?? []);
      return [column.trim() === "" ? value : `${column}: ${value}`];
    });
    const label = style.strong(name);
    const tail = said.join(" · ");
    const joint = label === "" || tail === "" ? "" : cells.length === 1 ? ": " : " · ";
    return `${style.bullets[0]}${label}${joint}${tail}`.replaceAll("\n", " ").trimEnd();
  });
  return [title, ...lines].filter((line) => line.trim() !== "").join("\n");
}

function joinCells(cells: readonly Run[][], style: TextStyle): string {
  return cells
    .map((cell) => style.strong(cell))
    .filter((cell) => cell !== "")
    .join(" · ");
}
