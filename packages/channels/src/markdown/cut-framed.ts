import type { Tokens } from "marked";
import { graphemeBefore } from "./breaks.ts";
import { inside, largest } from "./room.ts";
import type { Cut, Room } from "./room.ts";

type Within = (text: string, room: Room) => Cut | null;

/** By lines, the fence closed here and opened again there. */
export function cutCode(block: Tokens.Code, room: Room): Cut | null {
  const longest = Math.max(2, ...(block.text.match(/`+/g) ?? []).map((ticks) => ticks.length));
  const fence = "`".repeat(longest + 1);
  const language = /^[\w+#.-]+/.exec(block.lang ?? "")?.[0] ?? "";
  const framed = (code: string): string => `${fence}${language}\n${code}\n${fence}`;
  const fits = (code: string): boolean => room.fits(framed(code));
  const near = Math.max(1, room.guess - framed("").length);
  const ends = [...block.text.matchAll(/\n|$/g)].map(({ index }) => index);
  const guess = ends.findIndex((end) => end > near);
  const lines = largest(ends.length, guess === -1 ? ends.length : guess, (count) =>
    fits(block.text.slice(0, ends[count - 1])),
  );
  const end = ends[lines - 1];
  if (end !== undefined) return { head: framed(block.text.slice(0, end)), tail: framed(block.text.slice(end + 1)) };
  const most = largest(ends[0] ?? 0, near, (count) => fits(block.text.slice(0, count)));
  const at = graphemeBefore(block.text, most);
  return at === 0 ? null : { head: framed(block.text.slice(0, at)), tail: framed(block.text.slice(at)) };
}

export function cutQuote(block: Tokens.Blockquote, room: Room, within: Within): Cut | null {
  const quoted = (text: string): string => text.trimEnd().replaceAll(/^/gm, "> ");
  const cut = within(block.text, inside(room, quoted));
  return cut === null ? null : { head: quoted(cut.head), tail: quoted(cut.tail.replace(/^\n+/, "")) };
}

/** By rows, the header repeated; where not even one row fits, the table goes on as a list of its rows. */
export function cutTable(block: Tokens.Table, room: Room, within: Within): Cut | null {
  const [names = "", rule = "", ...rows] = block.raw.split("\n").filter((line) => line.trim() !== "");
  const framed = (some: readonly string[]): string => [names, rule, ...some].join("\n");
  const near = Math.max(1, Math.floor((rows.length * room.guess) / block.raw.length));
  const count = largest(rows.length, near, (some) => room.fits(framed(rows.slice(0, some))));
  if (count > 0) return { head: framed(rows.slice(0, count)), tail: framed(rows.slice(count)) };
  return within(asList(block), room);
}

function asList(block: Tokens.Table): string {
  const items = block.rows.map((row) => {
    const cells = row.map(({ text }, index) =>
      [block.header[index]?.text ?? "", text].filter((part) => part !== "").join(": "),
    );
    return `- ${cells.filter((cell) => cell !== "").join(" · ")}`;
  });
  return items.join("\n");
}
