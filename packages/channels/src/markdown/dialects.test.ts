import { describe, expect, it } from "vitest";
import { toEmailHtml, toPlain, toSlack, toSms, toSpeech, toTelegramHtml, toWhatsApp } from "./dialects.ts";

const answer = "**Hola** _Ana_, ~~no~~ [web](https://x.es/a?b=1&c=2) `x<y`";

describe("one answer", () => {
  it.each([
    ["WhatsApp", toWhatsApp, "*Hola* _Ana_, ~no~ web (https://x.es/a?b=1&c=2) `x<y`"],
    ["Slack", toSlack, "*Hola* _Ana_, ~no~ <https://x.es/a?b=1&amp;c=2|web> `x&lt;y`"],
    [
      "Telegram",
      toTelegramHtml,
      '<b>Hola</b> <i>Ana</i>, <s>no</s> <a href="https://x.es/a?b=1&amp;c=2">web</a> <code>x&lt;y</code>',
    ],
    ["plain text", toPlain, "Hola Ana, no web: https://x.es/a?b=1&c=2 x<y"],
    ["SMS", toSms, "Hola Ana, no web: https://x.es/a?b=1&c=2 x<y"],
    [
      "e-mail",
      toEmailHtml,
      '<p><strong>Hola</strong> <em>Ana</em>, <s>no</s> <a href="https://x.es/a?b=1&amp;c=2">web</a> <code>x&lt;y</code></p>',
    ],
    ["speech", (markdown: string) => toSpeech(markdown), "Hola Ana, no web x y."],
  ])("in the dialect of %s", (_, dialect, text) => {
    expect(dialect(answer)).toBe(text);
  });
});
