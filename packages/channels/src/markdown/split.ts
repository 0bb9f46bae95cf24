import type { MarkedToken, TokensList } from "marked";
import { graphemeBefore } from "./breaks.ts";
import { cutBlocks } from "./cut-blocks.ts";
import type { BlocksCut } from "./cut-blocks.ts";
import { takeDefinitions } from "./definitions.ts";
import { toPlain } from "./dialects.ts";
import { escapeMarkdown } from "./escape.ts";
import { lexBlocks } from "./lex.ts";
import { largest } from "./room.ts";
import type { Room } from "./room.ts";

export type SplitLimits = {
  maxText: number;
  maxBubbles: number;
  /** The length of the text as the vendor counts it, once it is in the channel's dialect. */
  measure(markdown: string): number;
  /** Markdown that the last bubble ends with, whatever had to go. */
  closing: string;
};

/** Blocks move whole to the next bubble when this much is filled; where that would lose the end, bubbles are filled up. */
const LOOSE = 0.4;
const DENSE = 0.9;
/** How many times the room of all bubbles is read of the source: what it says is shorter than it is, but seldom by much. */
const REACHES = [1.5, 8] as const;
const MAX_SOURCE = 500_000;

export function splitMarkdown(markdown: string, limits: SplitLimits): string[] {
  const { maxText, maxBubbles, measure } = limits;
  if (measure(limits.closing) > maxText / 2)
    return splitMarkdown(joinBlocks(markdown, limits.closing), { ...limits, closing: "" });
  const text = trimBlock(markdown.replaceAll(/\r\n?/g, "\n").toWellFormed());
  const whole = joinBlocks(text, limits.closing);
  if (whole === "") return [];
  if (text.length <= maxText * REACHES[0] && measure(whole) <= maxText) return measure(whole) > 0 ? [whole] : [];
  const capacity = maxText * maxBubbles;
  let bubbles: string[] = [];
  for (const reach of REACHES) {
    const most = Math.min(MAX_SOURCE, Math.ceil(capacity * reach) + 256);
    const source = text.slice(0, graphemeBefore(text, most));
    const beyond = source.length < text.length;
    for (const fill of text.length > capacity ? [DENSE] : [LOOSE, DENSE]) {
      const filled = fillBubbles(lexBlocks(source), limits, fill, beyond);
      bubbles = filled.bubbles;
      if (filled.end === "whole") return bubbles;
      if (filled.end === "full" && fill === DENSE) return bubbles;
    }
  }
  return bubbles;
}

type Filled = {
  bubbles: string[];
  /** `full`: there were not bubbles enough; `short`: there were, but the source went on. */
  end: "whole" | "full" | "short";
};

function fillBubbles(tokens: TokensList, limits: SplitLimits, fill: number, beyond: boolean): Filled {
  const { maxText, maxBubbles, measure, closing } = limits;
  const { blocks, attach } = takeDefinitions(tokens);
  const shown = (markdown: string): string => attach(trimBlock(markdown));
  const room = (finish: (markdown: string) => string): Room => ({
    fits: (markdown) => measure(finish(shown(markdown))) <= maxText,
    filled: (markdown) => measure(shown(markdown)) >= maxText * fill,
    guess: maxText,
  });
  const open = room((markdown) => markdown);
  const last = room((markdown) => joinBlocks(markdown, closing));
  const lastCut = room((markdown) => joinBlocks(ellipsis(markdown), closing));

  const bubbles: string[] = [];
  for (let rest = blocks; ;) {
    const fits = allFit(rest, beyond ? lastCut : last);
    if (fits && !beyond) {
      const end = joinBlocks(shown(sourceOf(rest)), closing);
      if (measure(end) > 0) bubbles.push(end);
      return { bubbles, end: "whole" };
    }
    if (fits || bubbles.length >= maxBubbles - 1) {
      const head = fits ? sourceOf(rest) : cutOnce(rest, tokens.links, lastCut).head;
      bubbles.push(joinBlocks(ellipsis(shown(head)), closing));
      return { bubbles, end: fits ? "short" : "full" };
    }
    const { head, tail } = cutOnce(rest, tokens.links, open);
    if (measure(shown(head)) > 0) bubbles.push(shown(head));
    rest = tail;
  }
}

const sourceOf = (blocks: readonly MarkedToken[]): string => blocks.map(({ raw }) => raw).join("");

function allFit(blocks: readonly MarkedToken[], room: Room): boolean {
  const most = room.guess * REACHES[1];
  let length = 0;
  for (const { raw } of blocks) if ((length += raw.length) > most) return false;
  return room.fits(sourceOf(blocks));
}

/** What cannot be cut as what it is, is cut as its mere text; and that, at worst, where the room ends. */
function cutOnce(blocks: MarkedToken[], links: TokensList["links"], room: Room): BlocksCut {
  const cut = cutBlocks(blocks, links, room);
  if (cut !== null && cut.head.trim() !== "") return cut;
  const at = blocks.findIndex(({ raw }) => raw.trim() !== "");
  const [first, ...others] = blocks.slice(Math.max(0, at));
  const text = flatten(first?.raw ?? "");
  const flat = cutBlocks([...(lexBlocks(text) as MarkedToken[]), ...others], links, room);
  if (flat !== null && flat.head.trim() !== "") return flat;
  const some = graphemeBefore(
    text,
    largest(text.length, room.guess, (count) => room.fits(text.slice(0, count))),
  );
  const least = (text.codePointAt(0) ?? 0) > 0xffff ? 2 : 1;
  const end = Math.max(some, least);
  return { head: text.slice(0, end), tail: [...(lexBlocks(text.slice(end)) as MarkedToken[]), ...others] };
}

const flatten = (source: string): string => escapeMarkdown(toPlain(source).replaceAll(/^[ \t]+/gm, ""));

/** Empty lines at its ends, but not the spaces that make the first line code. */
const trimBlock = (markdown: string): string => markdown.replace(/^(?:[ \t]*\n)+/, "").trimEnd();

const joinBlocks = (markdown: string, closing: string): string =>
  closing === "" ? markdown : markdown === "" ? closing : `${markdown}\n\n${closing}`;

function ellipsis(markdown: string): string {
  if (markdown === "") return "…";
  const last = lexBlocks(markdown).findLast(({ type }) => type !== "space");
  if (last === undefined || !["paragraph", "heading", "list", "blockquote", "text"].includes(last.type))
    return `${markdown}\n\n…`;
  if (/(?:`{3,}|~{3,})$/.test(markdown)) return `${markdown}\n\n…`;
  // An address would take the sign in.
  return /(?:https?:|www\.|@)\S*$/i.test(markdown) ? `${markdown} …` : `${markdown}…`;
}
