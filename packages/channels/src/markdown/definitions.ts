import type { MarkedToken, TokensList } from "marked";
import type { Lexer, Token, Tokens } from "marked";
import { safeHref } from "./links.ts";

const LABEL = /\[((?:[^[\]\\]|\\.){1,200})\]/g;

const labelsIn = (markdown: string): string[] =>
  Array.from(markdown.matchAll(LABEL), ([, label = ""]) => label.toLowerCase().replaceAll(/\s+/g, " ").trim());

/**
 * `[note]: tomorrow` is a definition to Markdown, which shows nothing of it. What nothing refers to, or what is no
 * address, was meant to be read.
 */
export function showIdleDefinitions(lexer: Lexer, source: string): void {
  const definitions = find(lexer.tokens);
  if (definitions.length === 0) return;
  const counts = new Map<string, number>();
  for (const label of labelsIn(source)) counts.set(label, (counts.get(label) ?? 0) + 1);
  for (const { tag } of definitions) counts.set(tag, (counts.get(tag) ?? 1) - 1);
  for (const definition of definitions) {
    if ((counts.get(definition.tag) ?? 0) > 0 && safeHref(definition.href) !== null) continue;
    delete lexer.tokens.links[definition.tag];
    const text = definition.raw.trim();
    Object.assign(definition, { type: "paragraph", text, tokens: lexer.inline(text, []) });
  }
}

function find(tokens: readonly Token[]): Tokens.Def[] {
  return (tokens as readonly MarkedToken[]).flatMap((token) => {
    if (token.type === "def") return [token];
    if (token.type === "blockquote") return find(token.tokens);
    return token.type === "list" ? token.items.flatMap((item) => find(item.tokens)) : [];
  });
}

export type Attach = (markdown: string) => string;

/** Definitions stand anywhere in a text: they are taken out, and each part of it gets those that it refers to. */
export function takeDefinitions(tokens: TokensList): { blocks: MarkedToken[]; attach: Attach } {
  const blocks = tokens as MarkedToken[];
  const byLabel = new Map<string, string>();
  for (const block of blocks)
    if (block.type === "def" && !byLabel.has(block.tag)) byLabel.set(block.tag, block.raw.trim());
  if (byLabel.size === 0) return { blocks, attach: (markdown) => markdown };
  const attach: Attach = (markdown) => {
    const used = new Set(labelsIn(markdown).flatMap((label) => byLabel.get(label) ?? []));
    return used.size === 0 ? markdown : `${markdown}\n\n${[...used].join("\n")}`;
  };
  return { blocks: blocks.filter(({ type }) => type !== "def"), attach };
}
