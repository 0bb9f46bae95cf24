import { describe, expect, it } from "vitest";
import { changesBetween } from "./changes.ts";
import { lineHunks } from "./line-hunks.ts";

const lines = (...texts: string[]): string => texts.join("\n");
const numbered = (count: number): string[] => Array.from({ length: count }, (_, n) => `line ${n + 1}`);

describe("changes between two editions", () => {
  it("are a flat list of paths, and nothing where nothing differs", () => {
    const before = { name: "Ana", burst: { completeMs: 0, fragmentMs: 1200 }, language: "es" };
    expect(changesBetween(before, { language: "es", burst: { fragmentMs: 1200, completeMs: 0 }, name: "Ana" })).toEqual(
      [],
    );
    expect(
      changesBetween(before, { name: "Berta", burst: { completeMs: 0, fragmentMs: 900 }, texts: { apology: "Uy" } }),
    ).toEqual([
      { path: "name", kind: "changed", before: "Ana", after: "Berta" },
      { path: "burst.fragmentMs", kind: "changed", before: 1200, after: 900 },
      { path: "language", kind: "removed", before: "es" },
      { path: "texts", kind: "added", after: { apology: "Uy" } },
    ]);
  });

  it("name the entries of a list, so that one more at the front is one change", () => {
    const tool = (name: string, url: string) => ({ name, config: { url } });
    const before = { tools: [tool("prices", "https://a"), tool("stock", "https://b")] };
    const after = { tools: [tool("hours", "https://c"), tool("prices", "https://a2"), tool("stock", "https://b")] };
    expect(changesBetween(before, after)).toEqual([
      { path: "tools[prices].config.url", kind: "changed", before: "https://a", after: "https://a2" },
      { path: "tools[hours]", kind: "added", after: tool("hours", "https://c") },
    ]);
    expect(changesBetween(before, { tools: before.tools.toReversed() })).toEqual([
      { path: "tools", kind: "reordered", before: ["prices", "stock"], after: ["stock", "prices"] },
    ]);
  });

  it("take lists without names as a whole, and keep odd keys apart", () => {
    expect(changesBetween({ hosts: ["a", "b"] }, { hosts: ["a", "c"] })).toEqual([
      { path: "hosts", kind: "changed", before: ["a", "b"], after: ["a", "c"] },
    ]);
    expect(changesBetween({ map: { "a.b": 1 } }, { map: { "a.b": 2, a: { b: 1 } } })).toMatchObject([
      { path: 'map["a.b"]' },
      { path: "map.a" },
    ]);
    expect(changesBetween({ x: [{ name: "a" }] }, { x: [{ name: "a" }, { name: "a" }] })).toMatchObject([
      { path: "x" },
    ]);
    expect(changesBetween({ x: null }, { x: { a: 1 } })).toEqual([
      { path: "x", kind: "changed", before: null, after: { a: 1 } },
    ]);
  });

  it("show long texts by the lines that differ", () => {
    const text = numbered(20);
    const after = [...text.slice(0, 9), "another", ...text.slice(10)];
    expect(changesBetween({ instructions: lines(...text) }, { instructions: lines(...after) })).toEqual([
      {
        path: "instructions",
        kind: "changed",
        hunks: [
          {
            beforeLine: 7,
            afterLine: 7,
            lines: [" line 7", " line 8", " line 9", "-line 10", "+another", " line 11", " line 12", " line 13"],
          },
        ],
      },
    ]);
    expect(changesBetween({ instructions: "" }, { instructions: lines("a", "b") })).toEqual([
      { path: "instructions", kind: "changed", before: "", after: "a\nb" },
    ]);
  });
});

describe("hunks", () => {
  it("far apart are apart, with their own line numbers", () => {
    const text = numbered(40);
    const after = ["new", ...text.slice(0, 30), ...text.slice(31)];
    expect(
      lineHunks(lines(...text), lines(...after)).map(({ beforeLine, afterLine }) => [beforeLine, afterLine]),
    ).toEqual([
      [1, 1],
      [28, 29],
    ]);
  });

  it("put the text after together again, whatever changed", () => {
    let seed = 7;
    const random = (below: number): number => (seed = (seed * 48_271) % 2_147_483_647) % below;
    for (let round = 0; round < 200; round++) {
      const before = Array.from({ length: random(30) }, () => `l${random(6)}`);
      const after = before.flatMap((line) => [[], [line], [line], [line, `l${random(6)}`]][random(4)] ?? []);
      const [a, b] = [lines(...before), lines(...after)];
      expect(applied(a, lineHunks(a, b))).toBe(b);
    }
  });

  it("of texts too large to compare are still right, and quick", () => {
    const before = Array.from({ length: 25_000 }, (_, n) => `${n % 7}`);
    const after = Array.from({ length: 25_000 }, (_, n) => `${n % 5}`);
    const [a, b] = [lines(...before), lines(...after)];
    expect(applied(a, lineHunks(a, b))).toBe(b);
  });
});

function applied(before: string, hunks: ReturnType<typeof lineHunks>): string {
  const source = before.split("\n");
  const out: string[] = [];
  let at = 0;
  for (const { beforeLine, lines: marked } of hunks) {
    out.push(...source.slice(at, beforeLine - 1));
    at = beforeLine - 1;
    for (const line of marked) {
      if (line.startsWith("+")) out.push(line.slice(1));
      else {
        if (source[at] !== line.slice(1)) throw new Error(`line ${at + 1} is not ${line}`);
        if (line.startsWith(" ")) out.push(line.slice(1));
        at++;
      }
    }
  }
  return [...out, ...source.slice(at)].join("\n");
}
