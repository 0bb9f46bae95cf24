import * as z from "zod";
import { Hunk, lineHunks } from "./line-hunks.ts";

/** One thing that differs between two editions of an agent. */
export const Change = z.object({
  path: z
    .string()
    .describe("Where: `instructions`, `burst.hardCapMs`, `tools[prices].config.url` (entries of a list by their name)"),
  kind: z.enum(["added", "removed", "changed", "reordered"]),
  before: z.json().optional().describe("Absent where it was added or where `hunks` say it"),
  after: z.json().optional().describe("Absent where it was removed or where `hunks` say it"),
  hunks: z.array(Hunk).optional().describe("For long texts: the lines that differ"),
});
export type Change = z.infer<typeof Change>;

type Json = z.core.util.JSONType;
type Named = Map<string, Json>;

/** A text longer than this, or of several lines, is shown by its lines. */
const LONG = 200;

/** Every difference as one entry of a flat list, in the order in which the settings stand. */
export function changesBetween(before: Json, after: Json): Change[] {
  return compare("", before, after);
}

function compare(path: string, before: Json | undefined, after: Json | undefined): Change[] {
  if (before === undefined) return after === undefined ? [] : [{ path, kind: "added", after }];
  if (after === undefined) return [{ path, kind: "removed", before }];
  if (typeof before === "string" && typeof after === "string")
    return before === after ? [] : [texts(path, before, after)];
  if (Array.isArray(before) && Array.isArray(after)) return lists(path, before, after);
  if (isObject(before) && isObject(after)) return members(path, entriesOf(before), entriesOf(after), join);
  return before === after ? [] : [{ path, kind: "changed", before, after }];
}

function texts(path: string, before: string, after: string): Change {
  const isLong = [before, after].some((text) => text.length > LONG || text.includes("\n"));
  // Against nothing there are no lines to compare.
  if (!isLong || before === "" || after === "") return { path, kind: "changed", before, after };
  return { path, kind: "changed", hunks: lineHunks(before, after) };
}

function lists(path: string, before: Json[], after: Json[]): Change[] {
  const [was, is] = [byName(before), byName(after)];
  if (was === null || is === null) return isSame(before, after) ? [] : [{ path, kind: "changed", before, after }];
  const changes = members(path, was, is, (base, name) => `${base}[${name}]`);
  const [order, now] = [keysOf(was, is), keysOf(is, was)];
  return isSame(order, now) ? changes : [...changes, { path, kind: "reordered", before: order, after: now }];
}

/** Keys of the first that the second has as well, in the first's order. */
const keysOf = (of: Named, others: Named): string[] => [...of.keys()].filter((key) => others.has(key));

function members(path: string, before: Named, after: Named, name: (path: string, key: string) => string): Change[] {
  const keys = new Set([...before.keys(), ...after.keys()]);
  return [...keys].flatMap((key) => compare(name(path, key), before.get(key), after.get(key)));
}

const isObject = (value: Json): value is { [key: string]: Json } =>
  typeof value === "object" && value !== null && !Array.isArray(value);

const entriesOf = (value: { [key: string]: Json }): Named =>
  new Map(Object.entries(value).filter(([, member]) => member !== undefined));

/** A list whose entries all have a name of their own; any other list is compared as a whole. */
function byName(list: Json[]): Named | null {
  const named: Named = new Map();
  for (const entry of list) {
    const key = isObject(entry) ? (entry["name"] ?? entry["id"]) : undefined;
    if (typeof key !== "string" || named.has(key)) return null;
    named.set(key, entry);
  }
  return named;
}

const PLAIN = /^[\p{L}_$][\p{L}\p{N}_$-]*$/u;
function join(path: string, key: string): string {
  if (!PLAIN.test(key)) return `${path}[${JSON.stringify(key)}]`;
  return path === "" ? key : `${path}.${key}`;
}

/** Whatever order the members were written in. */
function isSame(a: Json, b: Json): boolean {
  if (Array.isArray(a) && Array.isArray(b))
    return a.length === b.length && a.every((entry, index) => isSame(entry, b[index] ?? null));
  if (!isObject(a) || !isObject(b)) return a === b;
  const [was, is] = [entriesOf(a), entriesOf(b)];
  return was.size === is.size && [...was].every(([key, value]) => is.has(key) && isSame(value, is.get(key) ?? null));
}
