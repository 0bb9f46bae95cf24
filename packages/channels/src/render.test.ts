import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { renderAnswer, splitText } from "./render.ts";

/** Without what a cut may add or take: white space, fences and their language, also where a cut runs through them. */
const squeeze = (text: string): string => text.replaceAll(/[\s`js]/g, "");

describe("splitting", () => {
  it("leaves what fits in one piece", () => {
    expect(splitText("Hola.\n\n¿Qué tal?", 100, 5)).toEqual(["Hola.\n\n¿Qué tal?"]);
  });

  it("sends no bubble for nothing", () => {
    expect(splitText("  \n ", 100, 5)).toEqual([]);
  });

  it.each([
    ["a paragraph", `${"a".repeat(30)}. b\n\n${"c".repeat(30)}`, `${"a".repeat(30)}. b`],
    ["a line", `${"a".repeat(30)}. b\n${"c".repeat(30)}`, `${"a".repeat(30)}. b`],
    ["a sentence", `${"a ".repeat(15)}end. ${"c".repeat(30)}`, `${"a ".repeat(15)}end.`],
    ["a sentence without spaces", `${"你".repeat(25)}。${"好".repeat(30)}`, `${"你".repeat(25)}。`],
    ["a word", `${"word ".repeat(12)}`, "word ".repeat(8).trim()],
    ["a code point", `${"x".repeat(39)}👋${"y".repeat(10)}`, "x".repeat(39)],
  ])("cuts at %s", (_, text, first) => {
    expect(splitText(text, 40, 5)[0]).toBe(first);
  });

  it("moves a block of code whole to the next bubble when it would be cut", () => {
    const code = "```js\nconst a = 1;\nconst b = 2;\n```";
    expect(splitText(`${"Text ".repeat(8)}\n${code}`, 60, 5)).toEqual(["Text ".repeat(8).trim(), code]);
  });

  it("closes and opens again a block that no bubble can hold", () => {
    const parts = splitText(`\`\`\`js\n${"line();\n".repeat(20)}\`\`\``, 60, 10);
    expect(parts.length).toBeGreaterThan(2);
    for (const part of parts) {
      expect(part.startsWith("```js\n")).toBe(true);
      expect(part.endsWith("```")).toBe(true);
      expect(part.length).toBeLessThanOrEqual(60);
    }
  });

  it("says with an ellipsis that the last bubble was cut", () => {
    const parts = splitText("word ".repeat(100), 40, 3);
    expect(parts).toHaveLength(3);
    expect(parts[2]).toMatch(/…$/);
  });

  it("keeps its promises for any text", () => {
    const text = fc.array(
      fc.oneof(
        fc.string({ unit: "grapheme", maxLength: 40 }),
        fc.constantFrom("\n", "\n\n", "```\n", "```js\n", ". ", "👩‍👩‍👧‍👦"),
      ),
      {
        maxLength: 60,
      },
    );
    const cutThroughFence = ["```js\n", "𑂚 𐀀 𐀀", "𐀀 𐀀𐀀𐀀  𐀀𐀀 ", "```js\n", " 𐀀"];
    fc.assert(
      fc.property(text, fc.integer({ min: 40, max: 200 }), (pieces, max) => {
        const whole = pieces.join("");
        const parts = splitText(whole, max, 1000);
        for (const part of parts) {
          expect(part.length).toBeLessThanOrEqual(max);
          expect(part.isWellFormed()).toBe(true);
          expect(part).not.toBe("");
        }
        expect(squeeze(parts.join(""))).toBe(squeeze(whole));
      }),
      { numRuns: 500, examples: [[cutThroughFence, 40]] },
    );
  });
});

describe("buttons", () => {
  const buttons = [1, 2, 3].map((n) => ({ id: String(n), title: `Opción ${n}` }));

  it("go with the last bubble", () => {
    const bubbles = renderAnswer({ text: "word ".repeat(20), buttons }, { maxText: 60, maxButtons: 3, maxBubbles: 5 });
    expect(bubbles.map((bubble) => bubble.buttons?.length ?? 0)).toEqual([0, 3]);
  });

  it("become a numbered list where the channel has too few", () => {
    expect(renderAnswer({ text: "Elige:", buttons }, { maxText: 100, maxButtons: 2, maxBubbles: 5 })).toEqual([
      { text: "Elige:\n\n1. Opción 1\n2. Opción 2\n3. Opción 3" },
    ]);
  });
});
