import type { MarkedToken, Token, TokensList } from "marked";
import { decodeEntities } from "./entities.ts";
import { isTyped } from "./intraword.ts";
import { lexInline } from "./lex.ts";
import { safeHref } from "./links.ts";

/** A stretch of the source that holds no other markup, and the signs that stand open around it, outermost first. */
export type Leaf = {
  start: number;
  end: number;
  kind: "text" | "code" | "whole";
  around: string[];
  /** A link as label and address, for when it is longer than a whole bubble. */
  spelled?: string;
};

export function leavesOf(source: string, links: TokensList["links"]): Leaf[] {
  const tokens = lexInline(source, links);
  const exact = tokens.map(({ raw }) => raw).join("") === source;
  return exact ? collect(tokens, 0, []) : [{ start: 0, end: source.length, kind: "text", around: [] }];
}

function collect(tokens: readonly Token[], from: number, around: string[]): Leaf[] {
  const leaves: Leaf[] = [];
  let start = from;
  for (const [index, token] of (tokens as readonly MarkedToken[]).entries()) {
    if (isTyped(tokens, index)) leaves.push({ start, end: start + token.raw.length, kind: "whole", around });
    else leaves.push(...leavesOfToken(token, start, around));
    start += token.raw.length;
  }
  return leaves;
}

function leavesOfToken(token: MarkedToken, start: number, around: string[]): Leaf[] {
  const end = start + token.raw.length;
  if (token.type === "strong" || token.type === "em" || token.type === "del") {
    const sign = token.raw.slice(0, token.raw.indexOf(token.text));
    const whole = sign + token.tokens.map(({ raw }) => raw).join("") + sign;
    if (whole === token.raw) return collect(token.tokens, start + sign.length, [...around, sign]);
  }
  if (token.type === "codespan") {
    const ticks = /^`+/.exec(token.raw)?.[0] ?? "`";
    return [{ start: start + ticks.length, end: end - ticks.length, kind: "code", around: [...around, ticks] }];
  }
  if ((token.type === "link" && token.autolink !== true) || token.type === "image") {
    const label = token.tokens.map(({ raw }) => raw).join("");
    const href = safeHref(decodeEntities(token.href));
    return [{ start, end, kind: "whole", around, spelled: href === null ? label : `${label} (${href})` }];
  }
  return [{ start, end, kind: token.type === "text" ? "text" : "whole", around }];
}
