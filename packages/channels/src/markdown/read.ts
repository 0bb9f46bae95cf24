import type { MarkedToken, Token, Tokens } from "marked";
import { decodeEntities } from "./entities.ts";
import { isTyped, signOf } from "./intraword.ts";
import { lexMarkdown } from "./lex.ts";
import { safeHref } from "./links.ts";
import type { Block, Item, Link, Mark, Run } from "./model.ts";

const BREAK_TAG = /^<br\s*\/?>$/i;
/** Not characters: dialects may use them as marks of their own. */
const NONCHARACTERS = /[\ufdd0-\ufdef]/g;

export function readMarkdown(markdown: string): Block[] {
  const tokens = lexMarkdown(markdown.replaceAll(NONCHARACTERS, ""));
  return readBlocks(tokens);
}

function readBlocks(tokens: readonly Token[]): Block[] {
  const blocks: Block[] = [];
  let apart = true;
  for (const token of tokens as readonly MarkedToken[]) {
    const block = readBlock(token);
    if (block !== null) blocks.push(apart ? block : { ...block, tight: true });
    apart = token.type === "space" || token.raw.endsWith("\n\n");
  }
  return blocks;
}

function readBlock(token: MarkedToken): Block | null {
  switch (token.type) {
    case "paragraph":
      return paragraph(readRuns(token.tokens));
    case "text":
      return paragraph(token.tokens === undefined ? [{ text: decodeEntities(token.text) }] : readRuns(token.tokens));
    case "heading":
      return { type: "heading", depth: token.depth, runs: readRuns(token.tokens) };
    case "code":
      return { type: "code", text: token.text, lang: token.lang?.match(/^[\w+#.-]+/)?.[0] ?? "" };
    case "blockquote":
      return { type: "quote", blocks: readBlocks(token.tokens) };
    case "list":
      return { type: "list", start: token.ordered ? Number(token.start) : null, items: token.items.map(readItem) };
    case "table":
      return { type: "table", header: token.header.map(readCell), rows: token.rows.map((row) => row.map(readCell)) };
    case "html":
      return paragraph([{ text: token.raw.trim() }]);
    case "hr":
      return { type: "rule" };
    default:
      return null;
  }
}

const paragraph = (runs: Run[]): Block | null => (runs.length === 0 ? null : { type: "paragraph", runs });

const readCell = (cell: Tokens.TableCell): Run[] => readRuns(cell.tokens);

function readItem(item: Tokens.ListItem): Item {
  const blocks = readBlocks(item.tokens);
  return item.task ? { blocks, checked: item.checked === true } : { blocks };
}

type Look = Omit<Run, "text">;

function readRuns(tokens: readonly Token[], look: Look = {}): Run[] {
  return joinAlike(
    (tokens as readonly MarkedToken[]).flatMap((token, index) =>
      isTyped(tokens, index) ? readTyped(token, look) : readInline(token, look),
    ),
  );
}

function readInline(token: MarkedToken, look: Look): Run[] {
  switch (token.type) {
    case "strong":
      return marked(token, "bold", look);
    case "em":
      return marked(token, "italic", look);
    case "del":
      return marked(token, "strike", look);
    case "codespan":
      return [{ ...look, text: token.text, code: true }];
    case "br":
      return [{ ...look, text: "\n" }];
    case "link":
      return readLink(token, look);
    case "image":
      return readImage(token, look);
    case "escape":
      return [{ ...look, text: token.text }];
    case "html":
      return [{ ...look, text: BREAK_TAG.test(token.raw) ? "\n" : token.raw }];
    case "text":
      return [{ ...look, text: decodeEntities(token.text) }];
    default:
      return [];
  }
}

function readTyped(token: MarkedToken, look: Look): Run[] {
  const sign = { ...look, text: signOf(token.raw) };
  return [sign, ...("tokens" in token && token.tokens !== undefined ? readRuns(token.tokens, look) : []), sign];
}

const marked = (token: { tokens: Token[] }, mark: Mark, look: Look): Run[] =>
  readRuns(token.tokens, { ...look, [mark]: true });

function readLink(token: Tokens.Link, look: Look): Run[] {
  const href = safeHref(token.autolink === true ? token.href : decodeEntities(token.href));
  if (href === null) return readRuns(token.tokens, look);
  const link: Link = { href };
  const runs = token.autolink === true ? [{ ...look, text: token.text }] : readRuns(token.tokens, look);
  const label = runs.some((run) => run.text.trim() !== "") ? runs : [{ ...look, text: href }];
  return label.map((run) => ({ ...run, link }));
}

function readImage(token: Tokens.Image, look: Look): Run[] {
  const href = safeHref(decodeEntities(token.href));
  const alt = readRuns(token.tokens)
    .map((run) => run.text)
    .join("")
    .trim();
  const inner: Look = look.link === undefined && href !== null ? { ...look, link: { href, image: true } } : look;
  const text = alt === "" && href !== null && look.link === undefined ? href : alt;
  return text === "" ? [] : [{ ...inner, text }];
}

const sameLook = (a: Run, b: Run): boolean =>
  a.bold === b.bold && a.italic === b.italic && a.strike === b.strike && a.code === b.code && a.link === b.link;

function joinAlike(runs: Run[]): Run[] {
  const joined: Run[] = [];
  for (const run of runs) {
    const last = joined.at(-1);
    if (last !== undefined && last.code === undefined && sameLook(last, run)) last.text += run.text;
    else joined.push({ ...run });
  }
  return joined;
}
