import { emphasise } from "./emphasis.ts";
import type { Piece } from "./emphasis.ts";
import { layout } from "./layout.ts";
import { groupByLink, isBare, plainText } from "./model.ts";
import type { Block, Link, Run } from "./model.ts";

const escape = (text: string): string => text.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;");

/** https://docs.slack.dev/messaging/formatting-message-text */
export function slack(blocks: readonly Block[]): string {
  return layout(blocks, {
    inline,
    strong: (runs) => inline(runs.map((run) => ({ ...run, bold: true }))),
    codeBlock: (text) => `\`\`\`\n${escape(text).replaceAll("```", "`\u200b`\u200b`")}\n\`\`\``,
    quote: (text) => text.replaceAll(/^/gm, "> "),
    bullets: ["• ", "◦ "],
    checkbox: { done: "☑ ", open: "☐ " },
    rule: "———",
  });
}

function inline(runs: Run[]): string {
  const text = emphasise(groupByLink(runs).flatMap(pieces));
  return text.replaceAll(/^(?=[ \t]*&gt;)/gm, "\u200b");
}

function pieces({ link, runs }: { link?: Link; runs: Run[] }): Piece[] {
  if (link === undefined) return runs.map((run) => ({ ...run, text: escape(run.text) }));
  const label = plainText(runs).replaceAll("\n", " ");
  const href = escape(link.href).replaceAll("|", "%7C");
  const whole: Piece = {
    text: isBare(label, link.href) && !label.includes("@") ? `<${href}>` : `<${href}|${escape(label)}>`,
    verbatim: true,
  };
  for (const mark of ["bold", "italic", "strike"] as const) {
    if (runs.every((run) => run[mark])) whole[mark] = true;
  }
  return [whole];
}
