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

/** As much of the source as there is room for: whole blocks, and of the next one a part where the bubble is still rather empty. */
export function cutBlocks(source: string, links: Links, room: Room, depth = 0): Cut | null {
  const blocks = lexBlocks(source) as MarkedToken[];
  const ends: number[] = [];
  for (const { raw } of blocks) ends.push((ends.at(-1) ?? 0) + raw.length);
  const head = (count: number): string => source.slice(0, ends[count - 1] ?? 0);
  const guess = ends.findIndex((end) => end > room.guess);
  const whole = largest(blocks.length, guess === -1 ? blocks.length : guess, (count) => room.fits(head(count)));
  if (whole === blocks.length) return { head: source, tail: "" };

  const kept = withoutDangling(blocks, whole);
  if (kept > 0 && room.filled(head(kept))) return { head: head(kept), tail: source.slice(head(kept).length) };
  const block = blocks[whole];
  const before = head(whole);
  const after =
    block === undefined || depth > MAX_DEPTH
      ? null
      : cutBlock(
          block,
          links,
          inside(room, (part) => before + part),
          depth,
        );
  if (after !== null) return { head: before + after.head, tail: after.tail + source.slice(ends[whole] ?? 0) };
  return whole > 0 && before.trim() !== "" ? { head: before, tail: source.slice(before.length) } : null;
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
  const within = (text: string, inner: Room): Cut | null => cutBlocks(text, links, inner, depth + 1);
  switch (block.type) {
    case "heading":
      return cutHeading(block, links, room);
    case "code":
      return cutCode(block, room);
    case "table":
      return cutTable(block, room, within);
    case "blockquote":
      return cutQuote(block, room, within);
    case "list":
      return cutList(block, room, within);
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
