import { openArchive } from "./archive.ts";
import { type DocumentText, type Limits, TextBudget, Unreadable } from "./document.ts";
import { attributeOf, readXml } from "./xml.ts";

/** Body, then notes; what a reader of the page would read, in that order. */
const PARTS = ["word/document.xml", "word/footnotes.xml", "word/endnotes.xml"];

export function docxText(bytes: Uint8Array, limits: Limits): DocumentText {
  const files = openArchive(bytes, (name) => PARTS.includes(name));
  const body = files.get("word/document.xml");
  if (body === undefined) throw new Unreadable("broken", "this is no Word document");
  const budget = new TextBudget(limits.maxChars);
  for (const part of PARTS) {
    const file = files.get(part);
    if (file) addText(new TextDecoder().decode(file), budget);
  }
  return budget.done();
}

function addText(xml: string, budget: TextBudget): void {
  let inText = false;
  let deleted = 0;
  let cells = 0;
  let heading = "";
  for (const event of readXml(xml)) {
    if (budget.full) {
      budget.truncated = true;
      return;
    }
    if (event.type === "text") {
      if (!inText || deleted > 0) continue;
      budget.add(cells > 0 ? event.text : `${heading}${event.text}`);
      heading = "";
    } else if (event.type === "open") {
      if (event.name === "t") inText = !event.empty;
      else if (event.name === "pStyle") heading = headingMark(attributeOf(event.attributes, "val") ?? "");
      else if (event.name === "del" && !event.empty) deleted++;
      else if (event.name === "tab") budget.add("\t");
      else if (event.name === "br" || event.name === "cr") budget.add("\n");
      else if (event.name === "tr") cells = 0;
      else if (event.name === "tc" && cells++ > 0) budget.add(" | ");
    } else if (event.name === "t") inText = false;
    else if (event.name === "del") deleted--;
    else if (event.name === "tr") budget.add("\n");
    // Paragraphs of a cell stay on the line of its row.
    else if (event.name === "p") {
      budget.add(cells > 0 ? " " : "\n");
      heading = "";
    } else if (event.name === "tbl") cells = 0;
  }
}

/** Word names its styles in the language of whoever installed it, less the letters that are no ASCII. */
function headingMark(style: string): string {
  if (/^(?:title|ttulo|título)$/i.test(style)) return "# ";
  const [, level] = /^(?:heading|ttulo|título|titulo)\s?([1-6])$/i.exec(style) ?? [];
  return level === undefined ? "" : `${"#".repeat(Number(level))} `;
}
