import type { TokensList } from "marked";
import { graphemeBefore } from "./breaks.ts";
import { cutBlocks } from "./cut-blocks.ts";
import { lexBlocks } from "./lex.ts";
import { largest } from "./room.ts";
import type { Cut, Room } from "./room.ts";

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
  const { source, links, attach } = withDefinitions(within.replaceAll(/\r\n?/g, "\n").toWellFormed());
  const splits = FILLS.map(
    (fill) => () => fillBubbles(source, links, limits, fill, attach, within.length < markdown.length),
  );
  for (const split of splits) {
    const { bubbles, whole } = split();
    if (whole || split === splits.at(-1)) return bubbles;
  }
  return [];
}

type Attach = (markdown: string) => string;

function fillBubbles(
  source: string,
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
  let rest = trimBlock(source);
  while (rest !== "" && !(!beyond && last.fits(rest))) {
    const isLast = bubbles.length >= maxBubbles - 1;
    if (isLast || (beyond && open.fits(rest))) {
      const { head } = cutOnce(rest, links, lastCut);
      bubbles.push(joinBlocks(ellipsis(shown(head)), closing));
      return { bubbles, whole: false };
    }
    const { head, tail } = cutOnce(rest, links, open);
    if (measure(shown(head)) > 0) bubbles.push(shown(head));
    rest = trimBlock(tail);
  }
  const end = joinBlocks(shown(rest), closing);
  if (end !== "") bubbles.push(end);
  return { bubbles, whole: true };
}

/** Where no block can be cut, the source is: at least a sign, so that there is always an end. */
function cutOnce(source: string, links: TokensList["links"], room: Room): Cut {
  const cut = cutBlocks(source, links, room);
  if (cut !== null && cut.head.trim() !== "") return cut;
  const most = largest(source.length, room.guess, (count) => room.fits(source.slice(0, count)));
  const at = graphemeBefore(source, Math.max(1, most)) || (source.codePointAt(0) ?? 0) > 0xffff ? 2 : 1;
  return { head: source.slice(0, at), tail: source.slice(at) };
}

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
function withDefinitions(source: string): { source: string; links: TokensList["links"]; attach: Attach } {
  const blocks = lexBlocks(source);
  const definitions = blocks.filter(({ type }) => type === "def");
  if (definitions.length === 0) return { source, links: blocks.links, attach: (markdown) => markdown };
  const kept = blocks
    .filter(({ type }) => type !== "def")
    .map(({ raw }) => raw)
    .join("");
  const labels = definitions.map(({ raw }) => ({
    raw: raw.trim(),
    label: /^\s*(\[[^\]]*\])/.exec(raw)?.[1]?.toLowerCase() ?? "",
  }));
  const attach: Attach = (markdown) => {
    const text = markdown.toLowerCase();
    const used = labels.filter(({ label }) => text.includes(label)).map(({ raw }) => raw);
    return used.length === 0 ? markdown : `${markdown}\n\n${used.join("\n")}`;
  };
  return { source: kept, links: blocks.links, attach };
}
