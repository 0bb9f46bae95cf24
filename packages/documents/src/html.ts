import { type DocumentText, type Limits, TextBudget } from "./document.ts";
import { attributeOf, readXml } from "./xml.ts";

/** What a page shows nobody, or shows on every page alike. */
const SILENT = ["script", "style", "noscript", "template", "svg", "head", "nav", "iframe", "form", "button", "select"];
const HEADING = /^h([1-6])$/;
/** Ends the line that it stands on. */
const BLOCK = new Set(
  "p div section article main header footer aside ul ol dl dt dd table thead tbody tfoot blockquote pre figure figcaption hr address details summary".split(
    " ",
  ),
);

const NAMED: Readonly<Record<string, string>> = {
  nbsp: " ", aacute: "á", eacute: "é", iacute: "í", oacute: "ó", uacute: "ú", ntilde: "ñ", uuml: "ü", Aacute: "Á", Eacute: "É",
  Iacute: "Í", Oacute: "Ó", Uacute: "Ú", Ntilde: "Ñ", iquest: "¿", iexcl: "¡", euro: "€", pound: "£", copy: "©", reg: "®", hellip: "…",
  mdash: "—", ndash: "–", laquo: "«", raquo: "»", ldquo: "“", rdquo: "”", lsquo: "‘", rsquo: "’", middot: "·", bull: "•", deg: "°", ordm: "º", ordf: "ª",
}; // prettier-ignore

/** A page as Markdown-like text: headings marked, rows of tables on one line each, lists with dashes. */
export function htmlText(source: string, limits: Limits): DocumentText {
  const budget = new TextBudget(limits.maxChars);
  const lines = new Lines(budget);
  for (const event of readXml(withoutSilent(source))) {
    if (budget.full) break;
    if (event.type === "text") {
      lines.text(named(event.text));
      continue;
    }
    const name = event.name.toLowerCase();
    if (event.type === "close") {
      if (name === "tr" || name === "li" || BLOCK.has(name) || HEADING.test(name)) lines.end(gapAfter(name));
    } else opened(lines, name, event.attributes);
  }
  lines.end(0);
  if (budget.full) budget.truncated = true;
  return budget.done();
}

function opened(lines: Lines, name: string, attributes: string): void {
  const [, level] = HEADING.exec(name) ?? [];
  if (level !== undefined) {
    lines.end(1);
    lines.prefix = `${"#".repeat(Number(level))} `;
  } else if (name === "br") lines.end(0);
  else if (name === "tr") {
    lines.end(0);
    lines.cells = 0;
  } else if (name === "td" || name === "th") lines.cell();
  else if (name === "li") {
    lines.end(0);
    lines.prefix = "- ";
  } else if (name === "img") lines.text(` ${attributeOf(attributes, "alt") ?? ""} `);
  else if (BLOCK.has(name)) lines.end(gapAfter(name));
}

/** Blank lines behind it; rows and the parts of a table stay together. */
const gapAfter = (name: string): number => (/^(?:tr|li|thead|tbody|tfoot|dt|dd|div)$/.test(name) ? 0 : 1);

/** Scripts are no XML, so they are cut out before anything is read as such. */
function withoutSilent(source: string): string {
  let rest = source;
  for (const name of SILENT)
    rest = rest.replaceAll(new RegExp(`<${name}(?=[\\s>])[^>]*>[\\s\\S]*?(?:</${name}\\s*>|$)`, "gi"), " ");
  return rest;
}

const named = (text: string): string =>
  text.includes("&") ? text.replaceAll(/&([A-Za-z]{2,8});/g, (whole, name: string) => NAMED[name] ?? whole) : text;

class Lines {
  prefix = "";
  cells = 0;
  #line = "";
  #blank = true;
  readonly #budget: TextBudget;

  constructor(budget: TextBudget) {
    this.#budget = budget;
  }

  text(text: string): void {
    const plain = text.replaceAll(/\s+/g, " ");
    this.#line += this.#line === "" || this.#line.endsWith(" ") ? plain.trimStart() : plain;
  }

  cell(): void {
    if (this.cells++ > 0) this.#line = `${this.#line.trimEnd()} | `;
  }

  end(gap: number): void {
    const line = this.#line.trim();
    if (line !== "") {
      this.#budget.add(`${this.prefix}${line}\n`);
      this.prefix = "";
      this.#blank = false;
    }
    this.#line = "";
    if (gap > 0 && !this.#blank) {
      this.#budget.add("\n");
      this.#blank = true;
    }
  }
}
