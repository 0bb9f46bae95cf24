import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { telegramLength, toPlain, toSlack, toSms, toTelegramHtml, toWhatsApp } from "./dialects.ts";
import { asMarkdown, renderMarkdown } from "./render.ts";

/** Random Markdown for property tests; all its words are of the letters a to j, so that what was said can be compared. */
const word = fc.string({ unit: fc.constantFrom(..."abcdefghij".split("")), minLength: 1, maxLength: 7 });
const words = fc.array(word, { minLength: 1, maxLength: 12 }).map((list) => list.join(" "));
const around =
  (sign: string) =>
  (text: string): string =>
    sign + text.replaceAll(sign.charAt(0), "") + sign;
const indented = (text: string, columns: number): string => text.replaceAll(/\n(?=.)/g, `\n${" ".repeat(columns)}`);

const { run } = fc.letrec<{ piece: string; run: string }>((tie) => ({
  piece: fc.oneof(
    { maxDepth: 2 },
    words,
    words.map(around("~~")),
    words.map(around("`")),
    words.map((text) => `[${text}](https://a.es/bcd)`),
    fc.constantFrom("https://ab.es/cd", "a@b.es", "&amp;", "a.", "b:", "c!\n", "d?", "1.", "- ", "e\\\n"),
    tie("run").map(around("**")),
    tie("run").map(around("*")),
    tie("run").map(around("_")),
  ),
  run: fc.array(tie("piece"), { minLength: 1, maxLength: 4 }).map((pieces) => pieces.join(" ")),
}));

const line = run.map((text) => text.replaceAll("\n", " "));
const code = fc.array(words, { minLength: 1, maxLength: 8 }).map((lines) => `\`\`\`\n${lines.join("\n")}\n\`\`\``);

const { document } = fc.letrec<{ block: string; document: string }>((tie) => ({
  block: fc.oneof(
    { maxDepth: 2 },
    run,
    line.map((text) => `## ${text}`),
    code,
    fc.constant("---"),
    tie("document").map((text) => text.replaceAll(/^/gm, "> ")),
    fc
      .array(tie("document"), { minLength: 1, maxLength: 3 })
      .map((items) => items.map((item) => `- ${indented(item, 2)}`).join("\n")),
    fc
      .array(tie("document"), { minLength: 1, maxLength: 3 })
      .map((items) => items.map((item, index) => `${index + 1}. ${indented(item, 3)}`).join("\n")),
  ),
  document: fc.array(tie("block"), { minLength: 1, maxLength: 3 }).map((blocks) => blocks.join("\n\n")),
}));

const anyAnswer = document;

const SIGNS = [
  ..."*_~`[]()<>#+-|\\!&;1.\n :=".split(""),
  "\n\n",
  "**",
  "```",
  "> ",
  "- ",
  "1. ",
  "|-|\n",
  "    ",
  "---\n",
  "[a]: ",
  "](",
];

/** Signs in any order, as no person writes them. */
const anyNoise = fc
  .array(
    fc.oneof(
      fc.constantFrom(...SIGNS, "a", "b", "cd", "é", "👩‍👩‍👧", "http://a.b", "a@b.es"),
      fc.string({ unit: "grapheme", maxLength: 5 }),
    ),
    { maxLength: 150 },
  )
  .map((parts) => parts.join(""));

const dialects: [string, (markdown: string) => string, (text: string) => number][] = [
  ["Markdown", asMarkdown, (text) => text.length],
  ["WhatsApp", toWhatsApp, (text) => text.length],
  ["Telegram", toTelegramHtml, telegramLength],
  ["Slack", toSlack, (text) => text.length],
  ["SMS", toSms, (text) => text.length],
];

/** What it says, without signs and white space. */
const said = (text: string): string => text.replaceAll(/[^a-z]/g, "");

describe.each(dialects)("any answer, cut for %s", (_, dialect, measure) => {
  const cut = (text: string, maxText: number): string[] =>
    renderMarkdown({ text }, { maxText, maxButtons: 3, maxBubbles: 1000 }, dialect, measure).map(
      (bubble) => bubble.text,
    );

  it.each([
    ["as people write", anyAnswer, 30],
    ["of signs in any order", anyNoise, 200],
  ])("fits and says all of it once, %s", { timeout: 60_000 }, (_name, answers, numRuns) => {
    fc.assert(
      fc.property(answers, fc.integer({ min: 40, max: 300 }), (text, maxText) => {
        const bubbles = cut(text, maxText);
        for (const bubble of bubbles) {
          const shown = dialect(bubble);
          expect(measure(shown)).toBeLessThanOrEqual(maxText);
          expect(shown.trim()).not.toBe("");
          expect(shown.isWellFormed()).toBe(true);
        }
        expect(bubbles.map((bubble) => said(toPlain(bubble))).join("")).toBe(said(toPlain(text)));
      }),
      { numRuns },
    );
  });
});

const cut = (text: string, maxText: number, maxBubbles = 20): string[] =>
  renderMarkdown({ text }, { maxText, maxButtons: 3, maxBubbles }, asMarkdown).map((bubble) => bubble.text);

describe("cutting", () => {
  it("leaves what fits as it was written", () => {
    expect(cut("Hola.\n\n[a]: https://a.es\n\n¿[Qué][a] tal?", 100)).toEqual([
      "Hola.\n\n[a]: https://a.es\n\n¿[Qué][a] tal?",
    ]);
  });

  it.each(["", "  \n ", "[a]: https://a.es\n\n[a]:https://b.es\n\n![](x)"])(
    "sends no bubble for nothing: %j",
    (text) => {
      const bubbles = renderMarkdown({ text }, { maxText: 100, maxButtons: 3, maxBubbles: 5 }, toPlain);
      expect(bubbles.map((bubble) => toPlain(bubble.text))).not.toContain("");
    },
  );

  it.each([
    ["between paragraphs", `${"a".repeat(30)}. b\n\n${"c".repeat(30)}`, `${"a".repeat(30)}. b`],
    ["at a line", `${"a".repeat(30)}. b\n${"c".repeat(30)}`, `${"a".repeat(30)}. b`],
    ["at a sentence", `${"a ".repeat(15)}end. ${"c".repeat(30)}`, `${"a ".repeat(15)}end.`],
    ["at a sentence without spaces", `${"你".repeat(25)}。${"好".repeat(30)}`, `${"你".repeat(25)}。`],
    ["at a word", "word ".repeat(12), "word ".repeat(8).trim()],
    ["at a code point", `${"x".repeat(39)}👋${"y".repeat(10)}`, "x".repeat(39)],
    ["at a grapheme", `${"x".repeat(36)}👩‍👩‍👧‍👦${"y".repeat(10)}`, "x".repeat(36)],
    ["before a link", `${"x ".repeat(12)}[a link](https://a.es/abc) y`, "x ".repeat(12).trim()],
    ["before a character reference", `${"x".repeat(37)}&amp;${"y".repeat(10)}`, "x".repeat(37)],
  ])("cuts %s", (_, text, first) => {
    expect(cut(text, 40)[0]).toBe(first);
  });

  it("closes emphasis before the cut and opens it again after it", () => {
    expect(cut("**one two _three four five six seven eight_ nine**", 30)).toEqual([
      "**one two _three four five_**",
      "**_six seven eight_ nine**",
    ]);
  });

  it("makes no list, heading or quote of what a cut brings to the start of a line", () => {
    const [, second = ""] = cut(`${"a".repeat(30)} - ${"b".repeat(30)}`, 31);
    expect(second).toBe(`\\- ${"b".repeat(28)}`);
    expect(toWhatsApp(second)).toBe(`- ${"b".repeat(28)}`);
  });

  it("moves code whole to the next bubble where it would be cut, and goes on with a fence of its own where it must be", () => {
    const code = "```js\nconst a = 1;\nconst b = 2;\n```";
    expect(cut(`${"Text ".repeat(8)}\n\n${code}`, 60)).toEqual(["Text ".repeat(8).trim(), code]);
    const parts = cut(`\`\`\`js\n${"line();\n".repeat(20)}\`\`\``, 60);
    expect(parts.length).toBeGreaterThan(2);
    for (const part of parts) expect(part).toMatch(/^```js\n(?:line\(\);\n)+```$/);
  });

  it("goes on counting in a list, and says which item goes on", () => {
    expect(cut("1. uno\n1. dos\n1. tres\n1. cuatro", 20)).toEqual(["1. uno\n1. dos", "3. tres\n1. cuatro"]);
    expect(cut(`- ${"uno ".repeat(12).trim()}\n- dos`, 40)).toEqual([
      `- ${"uno ".repeat(9).trim()}`,
      "- … uno uno uno\n- dos",
    ]);
  });

  it("repeats the names of the columns above the rows that follow", () => {
    const rows = Array.from({ length: 6 }, (_, index) => `| s${index} | ${index} € |`);
    const parts = cut(["| Servicio | Precio |", "|---|---|", ...rows].join("\n"), 80);
    expect(parts.length).toBeGreaterThan(1);
    for (const part of parts) expect(part).toMatch(/^\| Servicio \| Precio \|\n\|---\|---\|\n\| s/);
    expect(parts.join("\n").match(/\| s\d \|.*\|/g)).toEqual(rows);
  });

  it("quotes on in the next bubble, and keeps a heading with its text", () => {
    expect(cut(`> ${"a ".repeat(15)}\n>\n> ${"b ".repeat(15)}`, 40)).toEqual([
      `> ${"a ".repeat(15).trim()}`,
      `> ${"b ".repeat(15).trim()}`,
    ]);
    expect(cut(`${"a".repeat(30)}\n\n# Title\n\n${"b".repeat(30)}`, 50)).toEqual([
      "a".repeat(30),
      `# Title\n\n${"b".repeat(30)}`,
    ]);
  });

  it("gives each bubble the definitions of the links in it", () => {
    const text = `[uno][1] ${"a ".repeat(20)}\n\n[dos][2] ${"b ".repeat(20)}\n\n[1]: https://a.es\n[2]: https://b.es`;
    const bubbles = renderMarkdown({ text }, { maxText: 80, maxButtons: 3, maxBubbles: 5 }, toWhatsApp);
    expect(bubbles.map((bubble) => toWhatsApp(bubble.text).slice(0, 19))).toEqual([
      "uno (https://a.es) ",
      "dos (https://b.es) ",
    ]);
  });

  it("spells out a link that is longer than a bubble", () => {
    const text = `[${"word ".repeat(8).trim()}](https://a.es/${"x".repeat(30)})`;
    const whole = renderMarkdown({ text }, { maxText: 40, maxButtons: 3, maxBubbles: 9 }, toPlain).map(
      ({ text: part }) => toPlain(part),
    );
    expect(whole.join("").replaceAll(/\s/g, "")).toBe(`${"word".repeat(8)}(https://a.es/${"x".repeat(30)})`);
  });

  it("says with an ellipsis that the end is missing, and fills up bubbles before it comes to that", () => {
    const parts = cut("word ".repeat(100), 40, 3);
    expect(parts).toHaveLength(3);
    expect(parts[2]).toMatch(/word…$/);
    const blocks = [20, 35, 20, 35].map((length) => "a".repeat(length)).join("\n\n");
    expect(cut(blocks, 60, 2).join("")).not.toContain("…");
    expect(cut(`\`\`\`\n${"x\n".repeat(60)}\`\`\``, 40, 2).at(-1)).toMatch(/\n```\n\n…$/);
  });
});

describe("hostile Markdown", () => {
  const long = (text: string): string => text.repeat(Math.ceil(2_000_000 / text.length));
  const cases: [string, string][] = [
    ["one word", long("x")],
    ["prose", long("Hola, ¿qué tal? ")],
    ["asterisks", "*".repeat(50_000)],
    ["open emphasis", long("*a ")],
    ["emphasis within words", long("a_")],
    ["brackets", "[".repeat(10_000) + "]".repeat(10_000)],
    ["images in images", long("![![]()")],
    ["quotes in quotes", long("> ")],
    ["lists in lists", long("- ")],
    ["deeper and deeper lists", Array.from({ length: 1900 }, (_, depth) => `${" ".repeat(depth)}- a`).join("\n")],
    ["items", long("1. a\n")],
    ["rows", `|a|b|\n|-|-|\n${long("|a|b|\n")}`],
    ["definitions", long("[a]: https://b.es\n")],
    ["empty lines", `a${"\n".repeat(2_000_000)}b`],
    ["backslashes", long("\\")],
    ["one sign of many code points", `a${"\u0301".repeat(2_000_000)}`],
  ];

  it.each(cases)("of %s fits, ends and does not look at more than it can send", { timeout: 60_000 }, (_, text) => {
    let read = 0;
    const dialect = (markdown: string): string => {
      read += markdown.length;
      return toWhatsApp(markdown);
    };
    const bubbles = renderMarkdown({ text }, { maxText: 2000, maxButtons: 3, maxBubbles: 4 }, dialect);
    expect(bubbles.length).toBeGreaterThan(0);
    expect(bubbles.length).toBeLessThanOrEqual(4);
    for (const bubble of bubbles) expect(toWhatsApp(bubble.text).length).toBeLessThanOrEqual(2000);
    expect(read).toBeLessThan(2_000_000);
  });
});

describe("buttons and files", () => {
  const buttons = [1, 2, 3].map((n) => ({ id: String(n), title: `Opción ${n}` }));
  const limits = { maxText: 60, maxButtons: 3, maxBubbles: 5 };

  it("put files with the first bubble and buttons with the last", () => {
    const media = [{ type: "image" as const, ref: "fil_1", mime: "image/png" }];
    const bubbles = renderMarkdown({ text: "word ".repeat(20), buttons, media }, limits, asMarkdown);
    expect(bubbles.map((bubble) => [bubble.media?.length ?? 0, bubble.buttons?.length ?? 0])).toEqual([
      [1, 0],
      [0, 3],
    ]);
    expect(renderMarkdown({ text: "", media }, limits, asMarkdown)).toEqual([{ text: "", media }]);
  });

  const list = "1. Opción 1\n2. Opción 2\n3. Opción 3";
  it.each([
    ["there are too many", { ...limits, maxButtons: 2 }, "Elige:", `Elige:\n\n${list}`],
    ["a title is too long", { ...limits, maxButtonTitle: 7 }, "Elige:", `Elige:\n\n${list}`],
    ["there is no text for them to stand under", limits, "", list],
  ])("become a numbered list where %s", (_, some, text, expected) => {
    expect(renderMarkdown({ text, buttons }, some, asMarkdown)).toEqual([{ text: expected }]);
  });

  it("keep the list apart from a list in the answer, and from Markdown in the titles", () => {
    const [bubble] = renderMarkdown(
      { text: "1. uno\n2. dos", buttons: [{ id: "a", title: "*No*" }] },
      { ...limits, maxButtons: 0 },
      toWhatsApp,
    );
    expect(toWhatsApp(bubble?.text ?? "")).toBe("1. uno\n2. dos\n\n1. *\u200bNo\u200b*");
  });

  it("keep the list whole when the answer must be cut", () => {
    const bubbles = renderMarkdown(
      { text: "word ".repeat(100), buttons },
      { maxText: 80, maxButtons: 0, maxBubbles: 2 },
      toWhatsApp,
    );
    expect(bubbles).toHaveLength(2);
    expect(bubbles[1]?.text).toMatch(/word…\n\n1\. Opción 1\n2\. Opción 2\n3\. Opción 3$/);
  });
});
