import type { Span } from "../../shared/protocol.ts";
import { el } from "../../../site/src/dom.ts";

const TAGS = { bold: "strong", italic: "em", strike: "s", code: "code" } as const;
const SAFE = /^(https?|mailto):/;

/** Text with its marks; what anybody wrote only ever becomes text. */
export function spansOf(spans: readonly Span[]): Node[] {
  return spans.map(({ text, marks = [], href }) => {
    const inner = marks.reduceRight<Node>((node, mark) => el(TAGS[mark], {}, node), document.createTextNode(text));
    if (href === undefined || !SAFE.test(href)) return inner;
    return el("a", { href, target: "_blank", rel: "noreferrer" }, inner);
  });
}

export const plainOf = (spans: readonly Span[]): string => spans.map(({ text }) => text).join("");
