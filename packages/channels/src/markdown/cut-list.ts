import type { Tokens } from "marked";
import { inside, largest } from "./room.ts";
import type { Cut, Room } from "./room.ts";

const MARKER = /^ {0,3}(?:[-*+]|\d{1,9}[.)])/;
/** What is left of an item that was cut stands under its marker again, and says that it goes on. */
const GOES_ON = "…";

/** By items, the numbers going on; an item that no bubble holds is cut within. */
export function cutList(block: Tokens.List, room: Room, within: (text: string, room: Room) => Cut | null): Cut | null {
  const ends: number[] = [];
  for (const item of block.items) ends.push((ends.at(-1) ?? 0) + item.raw.length);
  const guess = ends.findIndex((end) => end > room.guess);
  const head = (count: number): string => block.raw.slice(0, ends[count - 1]).trimEnd();
  const count = largest(ends.length, guess === -1 ? ends.length : guess, (some) => room.fits(head(some)));
  const rest = (from: number): string => block.raw.slice(ends[from - 1]).trimEnd();
  if (count > 0) return { head: head(count), tail: renumber(rest(count), block, count) };

  const [item] = block.items;
  const marker = MARKER.exec(item?.raw ?? "")?.[0].trim();
  if (item === undefined || marker === undefined) return null;
  const box = item.task ? `[${item.checked === true ? "x" : " "}] ` : "";
  const framed = (text: string): string => listItem(marker, box + text.trimEnd());
  const started = item.text.startsWith(GOES_ON);
  const cut = started
    ? within(
        item.text.slice(GOES_ON.length).trim(),
        inside(room, (text) => framed(goingOn(text))),
      )
    : within(item.text, inside(room, framed));
  if (cut === null) return null;
  const left = cut.tail.trim() === "" ? [] : [listItem(marker, goingOn(cut.tail))];
  const others = block.items.length > 1 ? [renumber(rest(1), block, 1)] : [];
  return { head: framed(started ? goingOn(cut.head) : cut.head), tail: [...left, ...others].join("\n") };
}

const listItem = (marker: string, text: string): string =>
  `${marker} ${text.replaceAll(/\n(?=[^\n])/g, `\n${" ".repeat(marker.length + 1)}`)}`;

/** Only text can follow on the line of the sign; any other block begins a line of its own. */
function goingOn(tail: string): string {
  const text = tail.replace(/^\n+/, "").trimEnd();
  return /^(?:\s|[-*+>#|`~=]|\d{1,9}[.)]\s)/.test(text) ? `${GOES_ON}\n${text}` : `${GOES_ON} ${text}`;
}

function renumber(list: string, block: Tokens.List, passed: number): string {
  if (block.start === "") return list;
  return list.replace(/^(\s*)\d{1,9}/, `$1${block.start + passed}`);
}
