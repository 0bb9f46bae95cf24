import { emphasise } from "./emphasis.ts";
import type { Piece } from "./emphasis.ts";
import { layout } from "./layout.ts";
import { shownHref } from "./links.ts";
import { groupByLink, isBare, plainText } from "./model.ts";
import type { Block, Run } from "./model.ts";

/** https://faq.whatsapp.com/539178204879377 */
export function whatsApp(blocks: readonly Block[]): string {
  return layout(blocks, {
    inline,
    strong: (runs) => inline(runs.map((run) => ({ ...run, bold: true }))),
    codeBlock: (text) => `\`\`\`\n${text.replaceAll("```", "`\u200b`\u200b`")}\n\`\`\``,
    quote: (text) => text.replaceAll(/^/gm, "> "),
    bullets: ["- ", "- "],
    checkbox: { done: "☑ ", open: "☐ " },
    rule: "———",
  });
}

function inline(runs: Run[]): string {
  return emphasise(groupByLink(runs).flatMap(pieces)).replaceAll(/^(?=[ \t]*>)/gm, "\u200b");
}

/** Addresses become links by themselves. */
function pieces({ link, runs }: { link?: { href: string }; runs: Run[] }): Piece[] {
  if (link === undefined) return runs;
  if (isBare(plainText(runs), link.href)) return [{ text: plainText(runs), verbatim: true }];
  return [...runs, { text: ` (${shownHref(link.href)})`, verbatim: true }];
}
