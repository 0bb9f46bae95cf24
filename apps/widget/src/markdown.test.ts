import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { parseMarkdown, type Block } from "./markdown.ts";
import type { Inline } from "./markdown-inline.ts";

const flat = (nodes: Inline[]): string =>
  nodes
    .map((node) =>
      "children" in node
        ? `<${node.type}>${flat(node.children)}</>`
        : node.type === "text"
          ? node.text
          : node.type === "link"
            ? `[${node.text}|${node.href}]`
            : `<code>${node.text}</>`,
    )
    .join("");
const show = (block: Block): string => {
  if (block.type === "code") return `pre:${block.text}`;
  if (block.type === "paragraph") return block.lines.map(flat).join("/");
  return `${block.ordered ? `ol${block.start}` : "ul"}:${block.items.map(flat).join(";")}`;
};
const parsed = (source: string): string => parseMarkdown(source).map(show).join("||");

describe("mark-up", () => {
  it.each([
    ["plain", "plain"],
    ["**bold** and *em* and `code`", "<strong>bold</> and <em>em</> and <code>code</>"],
    ["__bold__ _em_", "<strong>bold</> <em>em</>"],
    ["**bold *both* bold**", "<strong>bold <em>both</> bold</>"],
    ["snake_case_name stays", "snake_case_name stays"],
    ["2 * 3 * 4", "2 * 3 * 4"],
    ["unfinished **bold", "unfinished **bold"],
    ["`a*b*c`", "<code>a*b*c</>"],
    ["one\ntwo\n\nthree", "one/two||three"],
    ["- a\n- **b**\n\n1. x\n2) y", "ul:a;<strong>b</>||ol1:x;y"],
    ["7. seven", "ol7:seven"],
    ["## Title\ntext", "<strong>Title</>||text"],
    ["```js\nlet a = **1**;\n```\nend", "pre:let a = **1**;||end"],
    ["```\nopen", "pre:open"],
    ["<b>no</b> <img src=x onerror=alert(1)>", "<b>no</b> <img src=x onerror=alert(1)>"],
  ])("%j", (source, expected) => {
    expect(parsed(source)).toBe(expected);
  });
});

describe("links", () => {
  it.each([
    ["see https://a.example/x.", "see [https://a.example/x|https://a.example/x]."],
    ["(https://a.example/x_(y))", "([https://a.example/x_(y)|https://a.example/x_(y)])"],
    ["https://a.example/a_b_c*d", "[https://a.example/a_b_c*d|https://a.example/a_b_c*d]"],
    ["**https://a.example**", "<strong>[https://a.example|https://a.example/]</>"],
    ["[shop](https://a.example/s)", "[shop|https://a.example/s]"],
    ["[x](javascript:alert(1))", "[x](javascript:alert(1))"],
    ["[x](  JaVaScRiPt:alert(1))", "[x](  JaVaScRiPt:alert(1))"],
    ["[x](data:text/html,hi)", "[x](data:text/html,hi)"],
    ["[x](//evil.example)", "[x](//evil.example)"],
    ["[x](https://good.example@evil.example)", "[x](https://good.example@evil.example)"],
    ["![x](https://evil.example/?q=1)", "![x|https://evil.example/?q=1]"],
    ["javascript:alert(1)", "javascript:alert(1)"],
  ])("%j", (source, expected) => {
    expect(parsed(source)).toBe(expected);
  });

  it("lead to web addresses only, for any text", () => {
    const nasty = fc
      .array(
        fc.constantFrom(
          "[",
          "](",
          ")",
          "https://",
          "javascript:",
          "*",
          "_",
          "`",
          "\n",
          "a",
          " ",
          "@",
          "data:",
          "//",
          "x.example",
        ),
        { maxLength: 60 },
      )
      .map((parts) => parts.join(""));
    const hrefs = (nodes: Inline[]): string[] =>
      nodes.flatMap((node) => ("children" in node ? hrefs(node.children) : node.type === "link" ? [node.href] : []));
    const all = (block: Block): string[] =>
      block.type === "code" ? [] : (block.type === "list" ? block.items : block.lines).flatMap(hrefs);
    fc.assert(
      fc.property(nasty, (source) => {
        for (const href of parseMarkdown(source).flatMap(all)) {
          const { protocol, username, password } = new URL(href);
          expect(["https:", "http:"]).toContain(protocol);
          expect(username + password).toBe("");
        }
      }),
    );
  });
});

it("stays quick on text made to be slow", () => {
  for (const part of ["[", "*a ", "`", "**", "_a", "[a](", "https://", "(", "* "]) {
    const started = performance.now();
    parseMarkdown(part.repeat(100_000 / part.length));
    expect(performance.now() - started).toBeLessThan(5000);
  }
}, 60_000);
