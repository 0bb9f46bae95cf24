import type { MarkedToken, TokensList } from "marked";
import { graphemeBefore } from "./breaks.ts";
import { cutBlocks } from "./cut-blocks.ts";
import type { BlocksCut } from "./cut-blocks.ts";
import { toPlain } from "./dialects.ts";
import { escapeMarkdown } from "./escape.ts";
import { lexBlocks } from "./lex.ts";
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
const FILLS = [0.4, 0.9];
/** Source is often longer than what it says, but not by much; what lies beyond could not be sent anyway. */
const REACH = 4;
const MAX_SOURCE = 500_000;

export function splitMarkdown(markdown: string, limits: SplitLimits): string[] {
  const reach = Math.min(MAX_SOURCE, limits.maxText * limits.maxBubbles * REACH + 1024);
  const within = markdown.slice(0, graphemeBefore(markdown, reach));
  const { blocks, links, attach } = withDefinitions(within.replaceAll(/\r\n?/g, "\n").toWellFormed());
  const splits = FILLS.map(
    (fill) => () => fillBubbles(blocks, links, limits, fill, attach, within.length < markdown.length),
  );
  for (const split of splits) {
    const { bubbles, whole } = split();
    if (whole || split === splits.at(-1)) return bubbles;
  }
  return [];
}

type Attach = (markdown: string) => string;

function fillBubbles(
  blocks: readonly MarkedToken[],
  links: TokensList["links"],
  limits: SplitLimits,
  fill: number,
  attach: Attach,
  beyond: boolean,
): { bubbles: string[]; whole: boolean } {
  const { maxText, maxBubbles, measure, closing } = limits;
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
  let rest = [...blocks];
  while (rest.length > 0 && (beyond || !allFits(rest, last))) {
    const isLast = bubbles.length >= maxBubbles - 1;
    if (isLast || (beyond && allFits(rest, open))) {
      bubbles.push(joinBlocks(ellipsis(shown(cutOnce(rest, links, lastCut).head)), closing));
      return { bubbles, whole: false };
    }
    const { head, tail } = cutOnce(rest, links, open);
    if (measure(shown(head)) > 0) bubbles.push(shown(head));
    rest = tail;
  }
  const end = joinBlocks(shown(sourceOf(rest)), closing);
  if (end !== "") bubbles.push(end);
  return { bubbles, whole: true };
}

const sourceOf = (blocks: readonly MarkedToken[]): string => blocks.map(({ raw }) => raw).join("");

function allFits(blocks: readonly MarkedToken[], room: Room): boolean {
  const reach = room.guess * REACH;
  let length = 0;
  for (const { raw } of blocks) if ((length += raw.length) > reach) return false;
  return room.fits(sourceOf(blocks));
}

/** What cannot be cut as what it is, is cut as its mere text; and that, at worst, by single signs. */
function cutOnce(blocks: MarkedToken[], links: TokensList["links"], room: Room): BlocksCut {
  const [first, ...others] = blocks;
  const source = first?.raw ?? "";
  const flat = (): MarkedToken[] => [...(lexBlocks(flatten(source)) as MarkedToken[]), ...others];
  for (const candidate of [() => blocks, flat]) {
    const cut = cutBlocks(candidate(), links, room);
    if (cut !== null && cut.head.trim() !== "") return cut;
  }
  const least = (source.codePointAt(0) ?? 0) > 0xffff ? 2 : 1;
  return { head: source.slice(0, least), tail: [...(lexBlocks(source.slice(least)) as MarkedToken[]), ...others] };
}

const flatten = (source: string): string => escapeMarkdown(toPlain(source).replaceAll(/^[ \t]+/gm, ""));

/** Empty lines at its ends, but not the spaces that make the first line code. */
const trimBlock = (markdown: string): string => markdown.replace(/^(?:[ \t]*\n)+/, "").trimEnd();

const joinBlocks = (markdown: string, closing: string): string =>
  closing === "" ? markdown : markdown === "" ? closing : `${markdown}\n\n${closing}`;

function ellipsis(markdown: string): string {
  const last = lexBlocks(markdown).findLast(({ type }) => type !== "space");
  if (last === undefined || !["paragraph", "heading", "list", "blockquote", "text"].includes(last.type))
    return `${markdown}\n\n…`;
  if (/(?:`{3,}|~{3,})$/.test(markdown)) return `${markdown}\n\n…`;
  // An address would take the sign in.
  return /(?:https?:|www\.|@)\S*$/i.test(markdown) ? `${markdown} …` : `${markdown}…`;
}

/** Definitions of links stand anywhere in a text; each bubble gets those it refers to. */
function withDefinitions(source: string): { blocks: MarkedToken[]; links: TokensList["links"]; attach: Attach } {
  const tokens = lexBlocks(source);
  const { links } = tokens;
  const blocks = tokens as MarkedToken[];
  const definitions = blocks.filter(({ type }) => type === "def");
  if (definitions.length === 0) return { blocks, links, attach: (markdown) => markdown };
  const kept = blocks.filter(({ type }) => type !== "def");
  const labels = definitions.map(({ raw }) => ({
    raw: raw.trim(),
    label: /^\s*(\[[^\]]*\])/.exec(raw)?.[1]?.toLowerCase() ?? "",
  }));
  const attach: Attach = (markdown) => {
    const text = markdown.toLowerCase();
    const used = labels.filter(({ label }) => text.includes(label)).map(({ raw }) => raw);
    return used.length === 0 ? markdown : `${markdown}\n\n${used.join("\n")}`;
  };
  return { blocks: kept, links, attach };
}
