import { splitLinks } from "../links.ts";
import { type Block, parseMarkdown } from "../markdown.ts";
import type { Inline } from "../markdown-inline.ts";
import { el } from "./dom.ts";

function link(href: string, text: string, newTab: string): Node {
  const props = { href, target: "_blank", rel: "noopener noreferrer nofollow ugc", title: href };
  return el("a", props, text, el("span", { class: "sr" }, ` (${newTab})`));
}

function inline(nodes: Inline[], newTab: string): Node[] {
  return nodes.map((node) => {
    if (node.type === "text") return document.createTextNode(node.text);
    if (node.type === "code") return el("code", {}, node.text);
    if (node.type === "link") return link(node.href, node.text, newTab);
    return el(node.type, {}, ...inline(node.children, newTab));
  });
}

function lines(rows: Inline[][], newTab: string): Node[] {
  return rows.flatMap((row, at) => (at === 0 ? inline(row, newTab) : [el("br"), ...inline(row, newTab)]));
}

function block(node: Block, newTab: string): Node {
  if (node.type === "code") return el("pre", { tabindex: "0" }, el("code", {}, node.text));
  if (node.type === "paragraph") return el("p", {}, ...lines(node.lines, newTab));
  const items = node.items.map((item) => el("li", {}, ...inline(item, newTab)));
  return node.ordered ? el("ol", { start: String(node.start) }, ...items) : el("ul", {}, ...items);
}

export const richText = (text: string, newTab: string): Node[] =>
  parseMarkdown(text).map((node) => block(node, newTab));

/** What a visitor typed is shown as typed; only its addresses can be followed. */
export const plainText = (text: string, newTab: string): Node[] => [
  el(
    "p",
    {},
    ...splitLinks(text).map((piece) => (piece.href === undefined ? piece.text : link(piece.href, piece.text, newTab))),
  ),
];
