import type { TokensList } from "marked";
import { breakBefore, codePointBefore, graphemeBefore } from "./breaks.ts";
import { leavesOf } from "./leaves.ts";
import type { Leaf } from "./leaves.ts";
import { largest } from "./room.ts";
import type { Cut, Room } from "./room.ts";

/** A break is taken only where what stands before it is not absurdly short. */
const MIN_FILL = 0.4;
/** Source that says nothing (long addresses, escapes) is rare: no bubble looks further than this many times its size. */
const REACH = 4;
const REFERENCE = /&[#\w]{1,32};/g;

/**
 * Cuts text with inline markup so that both parts are whole in themselves: what is open at the cut is closed before it
 * and opened again after it. Null where nothing of it fits.
 */
export function cutInline(source: string, links: TokensList["links"], room: Room): Cut | null {
  const reach = codePointBefore(source, Math.min(source.length, Math.ceil(room.guess * REACH) + 64));
  const leaves = leavesOf(source.slice(0, reach), links);
  const at = (position: number): Cut | null => cutAtLeaf(source, leaves, reach, position);
  const most = largest(reach, room.guess, (position) => {
    const cut = at(position);
    return cut === null || room.fits(cut.head);
  });
  const least = Math.floor(most * MIN_FILL);
  const soft = breakBefore(source.slice(0, most + 1), most, Math.max(1, least));
  for (const position of soft === null ? [most] : [soft, most]) {
    const cut = at(snap(source, leaves, position));
    if (cut !== null && room.fits(cut.head)) return cut;
  }
  return cutFirst(source, leaves, links, room, at(graphemeBefore(source, most)));
}

/** What should stay whole is longer than a bubble: a link is spelled out, anything else cut where the bubble ends. */
function cutFirst(
  source: string,
  [first]: readonly Leaf[],
  links: TokensList["links"],
  room: Room,
  hard: Cut | null,
): Cut | null {
  if (first?.spelled === undefined) return hard !== null && room.fits(hard.head) ? hard : null;
  return cutInline(source.slice(0, first.start) + first.spelled + source.slice(first.end), links, room);
}

/** Out of what must stay whole: back to where it begins; out of a grapheme or a character reference likewise. */
function snap(source: string, leaves: readonly Leaf[], position: number): number {
  const leaf = leaves.find(({ start, end }) => position > start && position < end);
  if (leaf === undefined) return position;
  if (leaf.kind === "whole" || (leaf.kind === "code" && !isFirst(leaf))) return leaf.start;
  const text = source.slice(leaf.start, leaf.end);
  const inner = position - leaf.start;
  for (const reference of text.slice(Math.max(0, inner - 32), inner + 32).matchAll(REFERENCE)) {
    const start = reference.index + Math.max(0, inner - 32);
    if (start < inner && inner < start + reference[0].length) return leaf.start + start;
  }
  return /\s/.test(text.charAt(inner)) ? position : leaf.start + graphemeBefore(text, inner);
}

const isFirst = (leaf: Leaf): boolean => leaf.start === leaf.around.join("").length;

function cutAtLeaf(source: string, leaves: readonly Leaf[], reach: number, position: number): Cut | null {
  const before = leaves.findLast(
    (leaf) => source.slice(leaf.start, Math.min(leaf.end, position)).trim() !== "" && leaf.start < position,
  );
  if (before === undefined) return null;
  const after = leaves.find(
    (leaf) => leaf.end > position && source.slice(Math.max(leaf.start, position), leaf.end).trim() !== "",
  );
  const headEnd = Math.min(before.end, position);
  const head = source.slice(0, headEnd).trimEnd() + before.around.toReversed().join("");
  if (after === undefined) return { head, tail: source.slice(reach).trimStart() };
  const tail = after.around.join("") + source.slice(Math.max(after.start, position)).trimStart();
  return { head, tail };
}
