import { layout } from "./layout.ts";
import { shownHref } from "./links.ts";
import { groupByLink, plainText } from "./model.ts";
import type { Block, Link, Run } from "./model.ts";

const escape = (text: string): string => text.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;");
const escapeAttribute = (text: string): string => escape(text).replaceAll('"', "&quot;");

/** https://core.telegram.org/bots/api#html-style */
export function telegramHtml(blocks: readonly Block[]): string {
  return layout(blocks, {
    inline,
    strong: (runs) => inline(runs.map((run) => ({ ...run, bold: true }))),
    codeBlock: (text, lang) =>
      lang === ""
        ? `<pre>${escape(text)}</pre>`
        : `<pre><code class="language-${escapeAttribute(lang)}">${escape(text)}</code></pre>`,
    // Quotes may not hold quotes.
    quote: (text, inner) => (inner ? text : `<blockquote>${text}</blockquote>`),
    bullets: ["• ", "◦ "],
    checkbox: { done: "☑ ", open: "☐ " },
    rule: "———",
  });
}

/** What Telegram counts: the text once its entities are taken out. */
export function telegramLength(html: string): number {
  return html.replaceAll(/<[^>]*>/g, "").replaceAll(/&(?:amp|lt|gt|quot);/g, " ").length;
}

const inline = (runs: Run[]): string => groupByLink(runs).map(link).join("");

function link({ link: to, runs }: { link?: Link; runs: Run[] }): string {
  const text = runs.map(styled).join("");
  if (to === undefined) return text;
  if (!/^https?:/i.test(to.href))
    return plainText(runs) === shownHref(to.href) ? text : `${text} (${escape(shownHref(to.href))})`;
  return `<a href="${escapeAttribute(to.href)}">${text}</a>`;
}

/** Code can neither hold other entities nor be part of them. */
function styled(run: Run): string {
  if (run.text.trim() === "") return escape(run.text);
  let text = escape(run.text);
  if (run.code) return `<code>${text}</code>`;
  if (run.strike) text = `<s>${text}</s>`;
  if (run.italic) text = `<i>${text}</i>`;
  if (run.bold) text = `<b>${text}</b>`;
  return text;
}
