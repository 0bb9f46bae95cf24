import * as z from "zod";

/** A stretch of lines that differ, with some that do not around them. Line numbers begin at 1, as people count. */
export const Hunk = z.object({
  beforeLine: z.int().describe("First line of it in the text before"),
  afterLine: z.int().describe("First line of it in the text after"),
  lines: z.array(z.string()).describe("Each begins with a space (as it was), `-` (gone) or `+` (new)"),
});
export type Hunk = z.infer<typeof Hunk>;

const AROUND = 3;
/** Larger than this, what lies between the first and the last difference is shown as exchanged: reading it costs less. */
const MAX_CELLS = 1_000_000;

type Line = { mark: " " | "-" | "+"; text: string };

export function lineHunks(before: string, after: string): Hunk[] {
  return hunksOf(compare(before.split("\n"), after.split("\n")));
}

function compare(before: readonly string[], after: readonly string[]): Line[] {
  let head = 0;
  while (head < before.length && head < after.length && before[head] === after[head]) head++;
  let tail = 0;
  const most = Math.min(before.length, after.length) - head;
  while (tail < most && before.at(-1 - tail) === after.at(-1 - tail)) tail++;
  const gone = before.slice(head, before.length - tail);
  const fresh = after.slice(head, after.length - tail);
  return [
    ...marked(" ", before.slice(0, head)),
    ...between(gone, fresh),
    ...marked(" ", before.slice(before.length - tail)),
  ];
}

const marked = (mark: Line["mark"], texts: readonly string[]): Line[] => texts.map((text) => ({ mark, text }));

/** The fewest lines gone and new: what both share, in order, is the longest common subsequence. */
function between(gone: readonly string[], fresh: readonly string[]): Line[] {
  const width = fresh.length + 1;
  if (gone.length * fresh.length > MAX_CELLS) return [...marked("-", gone), ...marked("+", fresh)];
  const shared = new Uint32Array((gone.length + 1) * width);
  const at = (i: number, j: number): number => shared[i * width + j] ?? 0;
  for (let i = gone.length - 1; i >= 0; i--)
    for (let j = fresh.length - 1; j >= 0; j--)
      shared[i * width + j] = gone[i] === fresh[j] ? at(i + 1, j + 1) + 1 : Math.max(at(i + 1, j), at(i, j + 1));
  const lines: Line[] = [];
  let [i, j] = [0, 0];
  while (i < gone.length && j < fresh.length) {
    if (gone[i] === fresh[j]) {
      lines.push(...marked(" ", gone.slice(i, i + 1)));
      i++;
      j++;
    } else if (at(i + 1, j) >= at(i, j + 1)) lines.push(...marked("-", gone.slice(i, ++i)));
    else lines.push(...marked("+", fresh.slice(j, ++j)));
  }
  return [...lines, ...marked("-", gone.slice(i)), ...marked("+", fresh.slice(j))];
}

function hunksOf(lines: readonly Line[]): Hunk[] {
  const hunks: Hunk[] = [];
  const numbers = { before: 1, after: 1 };
  let open: Hunk | null = null;
  const nextChange = changesAhead(lines);
  let lastChange = Number.NEGATIVE_INFINITY;
  for (const [index, { mark, text }] of lines.entries()) {
    if (mark !== " ") lastChange = index;
    const near = index - lastChange <= AROUND || (nextChange[index] ?? 0) - index <= AROUND;
    if (!near) open = null;
    else {
      if (open === null) hunks.push((open = { beforeLine: numbers.before, afterLine: numbers.after, lines: [] }));
      open.lines.push(mark + text);
    }
    if (mark !== "+") numbers.before++;
    if (mark !== "-") numbers.after++;
  }
  return hunks;
}

/** For each line, where the next one that differs is. */
function changesAhead(lines: readonly Line[]): number[] {
  let next = Number.POSITIVE_INFINITY;
  return lines
    .map(({ mark }, index) => ({ mark, index }))
    .toReversed()
    .map(({ mark, index }) => (next = mark === " " ? next : index))
    .toReversed();
}
