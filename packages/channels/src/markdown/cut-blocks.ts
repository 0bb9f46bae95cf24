import type { MarkedToken, Tokens, TokensList } from "marked";
import { cutInline } from "./cut-inline.ts";
import { cutCode, cutQuote, cutTable } from "./cut-framed.ts";
import { cutList } from "./cut-list.ts";
import { asParagraph, escapeMarkdown } from "./escape.ts";
import { lexBlocks } from "./lex.ts";
import { inside, largest } from "./room.ts";
import type { Cut, Room } from "./room.ts";

type Links = TokensList["links"];

/** How deep a cut follows quotes and lists into each other. */
const MAX_DEPTH = 6;

/** Source says less than its length, but not by much: no bubble looks further than this many times its size. */
const REACH = 4;

export type BlocksCut = { head: string; tail: MarkedToken[] };

/** As much as there is room for: whole blocks, and of the next one a part where the bubble is still rather empty. */
export function cutBlocks(blocks: MarkedToken[], links: Links, room: Room, depth = 0): BlocksCut | null {
  const { source, ends } = within(blocks, room.guess * REACH);
  const head = (count: number): string => source.slice(0, ends[count - 1] ?? 0);
  const guess = ends.findIndex((end) => end > room.guess);
  const whole = largest(ends.length, guess === -1 ? ends.length : guess, (count) => room.fits(head(count)));
  if (whole === blocks.length) return { head: head(whole), tail: [] };

  const kept = withoutDangling(blocks, whole);
  if (kept > 0 && room.filled(head(kept))) return { head: head(kept), tail: blocks.slice(kept) };
  const before = head(whole);
  const block = blocks[whole];
  const after =
    block === undefined || depth > MAX_DEPTH
      ? null
      : cutBlock(
          block,
          links,
          inside(room, (part) => before + part),
          depth,
        );
  if (after !== null) return { head: before + after.head, tail: [...lexed(after.tail), ...blocks.slice(whole + 1)] };
  return before.trim() === "" ? null : { head: before, tail: blocks.slice(whole) };
}

const lexed = (source: string): MarkedToken[] => lexBlocks(source) as MarkedToken[];

/** The first blocks, in a row, and where each of them ends. */
function within(blocks: readonly MarkedToken[], reach: number): { source: string; ends: number[] } {
  const raws: string[] = [];
  const ends: number[] = [];
  let end = 0;
  for (const { raw } of blocks) {
    raws.push(raw);
    ends.push((end += raw.length));
    if (end > reach) break;
  }
  return { source: raws.join(""), ends };
}

/** A heading goes with what it is the heading of. */
function withoutDangling(blocks: readonly MarkedToken[], count: number): number {
  let kept = count;
  while (kept > 0 && ["heading", "space"].includes(blocks[kept - 1]?.type ?? "")) kept--;
  return blocks[count - 1]?.type === "space" && kept === count - 1 ? count : kept;
}

function cutBlock(block: MarkedToken, links: Links, room: Room, depth: number): Cut | null {
  const cut = cutOf(block, links, room, depth);
  // The line ends that followed the block still do.
  return cut === null ? null : { head: cut.head, tail: cut.tail + (/\n*$/.exec(block.raw)?.[0] ?? "") };
}

function cutOf(block: MarkedToken, links: Links, room: Room, depth: number): Cut | null {
  const insideOf = (text: string, inner: Room): Cut | null => {
    const cut = cutBlocks(lexed(text), links, inner, depth + 1);
    return cut === null ? null : { head: cut.head, tail: cut.tail.map(({ raw }) => raw).join("") };
  };
  switch (block.type) {
    case "heading":
      return cutHeading(block, links, room);
    case "code":
      return cutCode(block, room);
    case "table":
      return cutTable(block, room, insideOf);
    case "blockquote":
      return cutQuote(block, room, insideOf);
    case "list":
      return cutList(block, room, insideOf);
    case "html":
      return cutParagraph(escapeMarkdown(block.raw.trim()), links, room);
    case "paragraph":
    case "text":
      return cutParagraph(block.raw.trim(), links, room);
    default:
      return null;
  }
}

function cutParagraph(text: string, links: Links, room: Room): Cut | null {
  const cut = cutInline(
    text,
    links,
    inside(room, (part) => asParagraph(part, "last")),
  );
  if (cut === null) return null;
  return { head: asParagraph(cut.head, "last"), tail: asParagraph(cut.tail, "first") };
}

function cutHeading(block: Tokens.Heading, links: Links, room: Room): Cut | null {
  const level = `${"#".repeat(block.depth)} `;
  const cut = cutInline(
    block.text.replaceAll("\n", " "),
    links,
    inside(room, (part) => level + part),
  );
  return cut === null ? null : { head: level + cut.head, tail: level + cut.tail };
}
