import { layout } from "./layout.ts";
import { shownHref } from "./links.ts";
import { groupByLink, isBare, plainText } from "./model.ts";
import type { Block, Run } from "./model.ts";

/** No markup at all: what it would have said is said by words and line breaks. */
export function plain(blocks: readonly Block[], checkbox = { done: "☑ ", open: "☐ " }): string {
  return layout(blocks, {
    inline,
    strong: inline,
    codeBlock: (text) => text,
    quote: (text) => text.replaceAll(/^/gm, "> "),
    bullets: ["- ", "- "],
    checkbox,
    rule: "---",
  });
}

function inline(runs: Run[]): string {
  return groupByLink(runs)
    .map(({ link, runs: linked }) => {
      const text = plainText(linked);
      return link === undefined || isBare(text, link.href) ? text : `${text}: ${shownHref(link.href)}`;
    })
    .join("");
}
