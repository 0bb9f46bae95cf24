import { groupByLink } from "./model.ts";
import type { Block, Item, Link, Run } from "./model.ts";

const ESCAPES: Record<string, string> = { "&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;", "'": "&#39;" };
const escape = (text: string): string => text.replaceAll(/[&<>"']/g, (char) => ESCAPES[char] ?? char);

const STYLE = {
  quote: "margin:0 0 1em;padding-left:1em;border-left:3px solid #ccc;color:#555",
  pre: "white-space:pre-wrap;background:#f5f5f5;padding:8px",
  cell: "border:1px solid #ccc;padding:4px 8px;text-align:left",
  table: "border-collapse:collapse;margin:0 0 1em",
};

/** Mail clients drop style sheets, so what little style there is stands in the elements. No remote content. */
export function emailHtml(blocks: readonly Block[]): string {
  return blocks.map(block).join("\n");
}

function block(it: Block): string {
  switch (it.type) {
    case "paragraph":
      return `<p>${inline(it.runs)}</p>`;
    case "heading":
      return `<h${it.depth}>${inline(it.runs)}</h${it.depth}>`;
    case "code":
      return `<pre style="${STYLE.pre}"><code>${escape(it.text)}</code></pre>`;
    case "quote":
      return `<blockquote style="${STYLE.quote}">${emailHtml(it.blocks)}</blockquote>`;
    case "list":
      return list(it.start, it.items);
    case "table":
      return table(it.header, it.rows);
    case "rule":
      return "<hr>";
  }
}

function list(start: number | null, items: readonly Item[]): string {
  const rows = items.map(item).join("\n");
  if (start === null) return `<ul>\n${rows}\n</ul>`;
  return `<ol${start === 1 ? "" : ` start="${start}"`}>\n${rows}\n</ol>`;
}

function item({ blocks, checked }: Item): string {
  const box = checked === undefined ? "" : checked ? "☑ " : "☐ ";
  const [first, ...rest] = blocks;
  if (first?.type !== "paragraph") return `<li>${box}${emailHtml(blocks)}</li>`;
  return `<li>${box}${inline(first.runs)}${rest.length > 0 ? `\n${emailHtml(rest)}` : ""}</li>`;
}

function table(header: readonly Run[][], rows: readonly Run[][][]): string {
  const cells = (row: readonly Run[][], tag: "th" | "td"): string =>
    `<tr>${row.map((cell) => `<${tag} style="${STYLE.cell}">${inline(cell)}</${tag}>`).join("")}</tr>`;
  const body = rows.map((row) => cells(row, "td")).join("\n");
  return `<table style="${STYLE.table}">\n<thead>${cells(header, "th")}</thead>\n<tbody>\n${body}\n</tbody>\n</table>`;
}

function inline(runs: readonly Run[]): string {
  return groupByLink(runs)
    .map(({ link, runs: linked }) => anchor(link, linked.map(styled).join("")))
    .join("");
}

const anchor = (link: Link | undefined, text: string): string =>
  link === undefined ? text : `<a href="${escape(link.href)}">${text}</a>`;

function styled(run: Run): string {
  let text = escape(run.text).replaceAll("\n", "<br>\n");
  if (run.code) text = `<code>${text}</code>`;
  if (run.strike) text = `<s>${text}</s>`;
  if (run.italic) text = `<em>${text}</em>`;
  if (run.bold) text = `<strong>${text}</strong>`;
  return text;
}
