import { decodeEntities } from "../markdown/entities.ts";
import { LineWriter, type Place } from "./line-writer.ts";

/** Longer ones are pictures and style; what a person wrote stands at the beginning. */
const MAX_HTML = 1_000_000;
const MAX_TAG = 20_000;
const SKIPPED = new Set(["head", "style", "script", "title", "template", "noscript", "svg"]);
const BLOCKS = new Set([
  "address",
  "article",
  "aside",
  "blockquote",
  "body",
  "center",
  "div",
  "dl",
  "dt",
  "dd",
  "fieldset",
  "figure",
  "footer",
  "form",
  "h1",
  "h2",
  "h3",
  "h4",
  "h5",
  "h6",
  "header",
  "hr",
  "html",
  "li",
  "main",
  "nav",
  "ol",
  "p",
  "pre",
  "section",
  "table",
  "tbody",
  "thead",
  "tr",
  "ul",
]);
const VOID = new Set([
  "area",
  "base",
  "br",
  "col",
  "embed",
  "hr",
  "img",
  "input",
  "link",
  "meta",
  "param",
  "source",
  "track",
  "wbr",
]);
const SPACED = new Set(["p", "h1", "h2", "h3", "h4", "h5", "h6", "blockquote", "ul", "ol", "table"]);
/** What the common mail programs put around the mail that is answered. */
const QUOTE = /\b(?:gmail_quote|yahoo_quoted|protonmail_quote|moz-cite-prefix|tutanota_quote)\b|\btype=["']?cite\b/i;

const TAG_START = /[a-z/!?]/i;

type Open = { tag: string; quote: boolean; href: string | undefined; from: Place };

/**
 * The words of an HTML mail, as a person would read them. One pass, no tree: mails are rarely valid. What is quoted gets
 * `> ` before each line, so that it is found like in mails of plain text.
 */
export function htmlToText(html: string): string {
  const source = html.slice(0, MAX_HTML);
  const out = new LineWriter();
  const open: Open[] = [];
  for (let at = 0; at < source.length;) {
    const lt = source.indexOf("<", at);
    if (lt === -1 || lt > at) {
      const text = decodeEntities(source.slice(at, lt === -1 ? source.length : lt));
      if (open.some(({ tag }) => tag === "pre")) out.preformatted(text);
      else out.words(text);
      if (lt === -1) break;
    }
    if (!TAG_START.test(source.charAt(lt + 1))) {
      out.words("<");
      at = lt + 1;
      continue;
    }
    if (source.startsWith("<!--", lt)) {
      const end = source.indexOf("-->", lt + 4);
      at = end === -1 ? source.length : end + 3;
      continue;
    }
    const gt = source.indexOf(">", lt);
    if (gt === -1) break;
    const [, closing, name = "", attributes = ""] =
      /^<(\/?)([a-z][a-z0-9]*)\b([^]*)>$/i.exec(source.slice(lt, Math.min(gt + 1, lt + MAX_TAG))) ?? [];
    at = gt + 1;
    const tag = name.toLowerCase();
    if (tag === "") continue;
    if (SKIPPED.has(tag) && closing === "") {
      at = endOf(source, tag, at);
      continue;
    }
    if (closing === "/") close(tag, open, out);
    else begin(tag, attributes, open, out);
  }
  return out.finished();
}

function begin(tag: string, attributes: string, open: Open[], out: LineWriter): void {
  if (tag === "br") out.newline();
  else if (BLOCKS.has(tag)) out.block(SPACED.has(tag));
  if (tag === "li") out.raw("- ");
  if (tag === "td" || tag === "th") out.gap();
  if (VOID.has(tag)) return;
  const quote = QUOTE.test(attributes) && tag !== "a";
  if (quote) out.quote(1);
  const href = tag === "a" ? /\bhref\s*=\s*(?:"([^"]*)"|'([^']*)'|([^\s>]+))/i.exec(attributes) : null;
  open.push({ tag, quote, href: href?.[1] ?? href?.[2] ?? href?.[3], from: out.place });
  // So deep only what wants to be expensive.
  if (open.length > 500) open.shift();
}

function close(tag: string, open: Open[], out: LineWriter): void {
  const index = open.findLastIndex((one) => one.tag === tag);
  if (index !== -1) {
    for (const one of open.splice(index).toReversed()) {
      if (one.href !== undefined) link(decodeEntities(one.href), one.from, out);
      if (one.quote) out.quote(-1);
    }
  }
  if (BLOCKS.has(tag)) out.block(SPACED.has(tag));
}

function endOf(source: string, tag: string, from: number): number {
  const close = new RegExp(`</${tag}\\s*>`, "gi");
  close.lastIndex = from;
  return close.exec(source) === null ? source.length : close.lastIndex;
}

/** The address behind words that are not the address itself. */
function link(href: string, from: Place, out: LineWriter): void {
  if (!/^https?:/i.test(href) || href.length > 2048) return;
  const words = out.since(from).trim();
  if (words !== "" && !href.includes(words.replace(/^https?:\/\//, ""))) out.raw(` (${href})`);
}
