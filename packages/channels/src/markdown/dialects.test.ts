import fc from "fast-check";
import { describe, expect, it } from "vitest";
import {
  smsSize,
  telegramLength,
  toEmailHtml,
  toPlain,
  toSlack,
  toSms,
  toSpeech,
  toTelegramHtml,
  toWhatsApp,
} from "./dialects.ts";

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

describe("blocks", () => {
  it("keep headings, lists, tasks, quotes and code apart by what chats have", () => {
    const text =
      "# Plan *A*\n\nHoy:\n- uno\n  - dos\n- [x] tres\n- [ ] cuatro\n\n3. c\n4. d\n\n> cita\n> > más\n\n```js\na*b\n```\n\n---";
    expect(toWhatsApp(text)).toBe(
      "*Plan _A_*\n\nHoy:\n- uno\n  - dos\n- ☑ tres\n- ☐ cuatro\n\n3. c\n4. d\n\n> cita\n> > más\n\n```\na*b\n```\n\n———",
    );
    expect(toTelegramHtml(text)).toBe(
      '<b>Plan </b><b><i>A</i></b>\n\nHoy:\n• uno\n  ◦ dos\n• ☑ tres\n• ☐ cuatro\n\n3. c\n4. d\n\n<blockquote>cita\nmás</blockquote>\n\n<pre><code class="language-js">a*b</code></pre>\n\n———',
    );
  });

  it("makes lines of tables that a person can read", () => {
    const table = "| Corte | Precio | Tiempo |\n|---|---|---|\n| Pelo | 12 € | 30 min |\n| **Tinte** | 40 € | |";
    expect(toWhatsApp(table)).toBe("*Corte*\n- *Pelo* · Precio: 12 € · Tiempo: 30 min\n- *Tinte* · Precio: 40 €");
    expect(toPlain("| Día | Hora |\n|-|-|\n| Lunes | 9\\|14 |")).toBe("Día · Hora\n- Lunes: 9|14");
  });

  it("keeps code within an item as it is", () => {
    expect(toPlain("- paso:\n\n  ```\n  a\n    b\n  ```\n\n  fin")).toBe("- paso:\na\n  b\n  fin");
  });

  it.each([
    ["hard and soft breaks", "a  \nb\\\nc\nd<br>e", "a\nb\nc\nd\ne"],
    ["entities", "&lt;b&gt; &amp;amp; &#8364; &ntilde; &nope;", "<b> &amp; € ñ &nope;"],
    ["HTML as text", "<b>hi</b>\n\n<script>alert(1)</script>", "<b>hi</b>\n\n<script>alert(1)</script>"],
    [
      "images by what they show",
      "![un gato](https://a.es/g.png) ![](https://a.es/h.png) ![nada](x.png)",
      "un gato: https://a.es/g.png https://a.es/h.png nada",
    ],
    ["addresses once", "<https://a.es> www.b.es a@b.es [c@d.es](mailto:c@d.es)", "https://a.es www.b.es a@b.es c@d.es"],
    ["references by their definition", "[uno][1]\n\n[1]: https://a.es", "uno: https://a.es"],
    ["idle definitions as text", "[nota]: mañana\n\nhola", "[nota]: mañana\n\nhola"],
    ["products of numbers", "2*3*4 = 24, 5*10=50 y 6*10=60, 2**3**4", "2*3*4 = 24, 5*10=50 y 6*10=60, 2**3**4"],
  ])("shows %s", (_, markdown, text) => {
    expect(toPlain(markdown)).toBe(text);
  });
});

describe("links", () => {
  it.each([
    "javascript:alert(1)",
    "JaVaScRiPt:alert(1)",
    "java&#x73;cript:alert(1)",
    "<java\tscript:alert(1)>",
    "data:text/html,x",
    "vbscript:x",
    "//evil.es/x",
    "/relative",
    "https:evil",
    "file:///etc/passwd",
  ])("are never made of %s", (href) => {
    const markdown = `[pulsa](${href}) ![foto](${href})`;
    expect(toEmailHtml(markdown)).not.toMatch(/<a|<img/);
    expect(toTelegramHtml(markdown)).not.toContain("<a");
    expect(toSlack(markdown)).not.toMatch(/<[^@#!]/);
    expect(toWhatsApp(markdown)).not.toContain("alert");
  });

  it("do not leave their attribute or their brackets", () => {
    const markdown = `[a](https://x.es/?q="><b>|c)`;
    expect(toEmailHtml(markdown)).toBe('<p><a href="https://x.es/?q=&quot;&gt;&lt;b&gt;|c">a</a></p>');
    expect(toTelegramHtml(markdown)).toBe('<a href="https://x.es/?q=&quot;&gt;&lt;b&gt;|c">a</a>');
    expect(toSlack(markdown)).toBe('<https://x.es/?q="&gt;&lt;b&gt;%7Cc|a>');
  });

  it("name nobody in Slack that the text only spells", () => {
    expect(toSlack("a <!channel> <@U123> &lt;!here&gt;")).toBe("a &lt;!channel&gt; &lt;@U123&gt; &lt;!here&gt;");
  });
});

const NOTHING = "\u200b";

describe("emphasis of chats", () => {
  it.each([
    ["leaves names and products alone", "snake_case_name 2\\*3\\*4 a~b~c", "snake_case_name 2*3*4 a~b~c"],
    ["leaves a lone sign alone", "5 \\* nota", "5 * nota"],
    ["keeps literal signs from pairing", "\\*no\\* (\\_no\\_)", `*${NOTHING}no${NOTHING}* (_${NOTHING}no${NOTHING}_)`],
    ["keeps a literal sign from closing real emphasis", "**a\\*, b**", `*a${NOTHING}*, b*`],
    ["drops it within a word, where it would show its signs", "foo**bar**baz", "foobarbaz"],
    ["writes it anew on each line", "**uno\ndos**", "*uno*\n*dos*"],
    ["writes it once where it is doubled", "# **Título**", "*Título*"],
    ["nests it", "**a _b ~~c~~_** d", "*a _b ~c~_* d"],
    ["keeps white space outside", "a **b&nbsp;** c", "a *b*\u00a0 c"],
    ["takes no quote of what only looks like one", "\\> no", `${NOTHING}> no`],
    ["leaves addresses as they are", "https://x.es/_a_/*b*", "https://x.es/_a_/*b*"],
    ["keeps code as typed", "`*a* _b_`", "`*a* _b_`"],
  ])("%s", (_, markdown, text) => {
    expect(toWhatsApp(markdown)).toBe(text);
  });

  it("adds nothing that can be seen to any plain text", () => {
    fc.assert(
      fc.property(
        fc.array(fc.constantFrom("*", "_", "~", "a", "ñ", "9", " ", "(", ".", "👋"), { maxLength: 40 }),
        (signs) => {
          const text = signs.join("").trim().replaceAll(/ +/g, " ");
          const escaped = text.replaceAll(/[*_~.()]/g, String.raw`\$&`);
          expect(toWhatsApp(escaped).replaceAll(NOTHING, "")).toBe(text);
          expect(toSlack(escaped).replaceAll(NOTHING, "")).toBe(text);
        },
      ),
    );
  });
});

describe("HTML", () => {
  it("has no tag but its own, all of them closed, for any text", () => {
    const part = fc.oneof(
      fc.constantFrom(
        "<",
        ">",
        "&",
        '"',
        "'",
        "**",
        "*",
        "_",
        "`",
        "~~",
        "[",
        "](https://a.es)",
        "\n\n",
        "- ",
        "> ",
        "|",
        "a",
      ),
      fc.string({ maxLength: 4 }),
    );
    const known =
      /<(\/?)(b|i|s|code|pre|blockquote|a|p|h[1-6]|ul|ol|li|strong|em|table|thead|tbody|tr|th|td|br|hr)(?: (?:href|style|class|start)="[^"<>]*")?>/g;
    fc.assert(
      fc.property(fc.array(part, { maxLength: 40 }), (parts) => {
        for (const html of [toTelegramHtml(parts.join("")), toEmailHtml(parts.join(""))]) {
          const open: string[] = [];
          for (const [, slash, name = ""] of html.matchAll(known)) {
            if (name === "br" || name === "hr") continue;
            if (slash === "") open.push(name);
            else expect(open.pop()).toBe(name);
          }
          expect(open).toEqual([]);
          expect(html.replaceAll(known, "")).not.toMatch(/[<>]|&(?!(?:amp|lt|gt|quot|#39);)/);
        }
      }),
    );
  });

  it("is measured by Telegram once its entities are out", () => {
    expect(telegramLength(toTelegramHtml("**a<b** [c](https://x.es) &amp;"))).toBe("a<b c &".length);
  });
});

describe("SMS", () => {
  it("stays in GSM-7 where signs of typography have an equal", () => {
    const text = toSms("“Hola” — ¿qué…? 9–14\u00a0h • 10 €");
    expect(text).toBe('"Hola" - ¿qué...? 9-14 h - 10 €');
    expect(smsSize(text)).toEqual({ encoding: "GSM-7", units: text.length + 1, segments: 1 });
  });

  it("keeps good typography, and accents always, where the alphabet is lost anyway", () => {
    expect(toSms("“Mañana” está…")).toBe("“Mañana” está…");
    expect(smsSize("está").encoding).toBe("UCS-2");
  });

  it.each([
    ["", 0, 0],
    ["a".repeat(160), 160, 1],
    ["a".repeat(161), 161, 2],
    ["a".repeat(306), 306, 2],
    ["a".repeat(307), 307, 3],
    ["€".repeat(80), 160, 1],
    // 153 is odd: an escaped sign does not fit the last place and begins the next part.
    ["€".repeat(153), 306, 3],
    ["á".repeat(70), 70, 1],
    ["á".repeat(71), 71, 2],
    ["á".repeat(134), 134, 2],
    ["👋".repeat(67), 134, 3],
  ])("counts the parts of %j", (text, units, segments) => {
    expect(smsSize(text)).toMatchObject({ units, segments });
  });
});

describe("speech", () => {
  it.each([
    ["es", "**Hola** 👋\n- Corte: 12 €\n- Tinte: 10–15 %", "Hola. Corte: 12 euros. Tinte: 10 a 15 por ciento."],
    ["en", "Open 9–17, £5 or 20%", "Open 9 to 17, 5 pounds or 20 percent."],
    ["es-MX", "Escribe a ana_b@x.es", "Escribe a ana guion bajo b arroba x punto es."],
    ["en-GB", "Write to ana@x.co.uk.", "Write to ana at x dot co dot uk."],
    [
      "es",
      "Mira [la carta](https://x.es/carta?a=1) o https://www.x.es/carta?a=1.",
      "Mira la carta o la página x punto es.",
    ],
    ["es", "Llama al +34 600 123 456", "Llama al +3 4 6, 0 0 1, 2 3 4, 5 6."],
    ["es", "Cuesta $ 500 y son 12.000 unidades", "Cuesta $ 500 y son 12.000 unidades."],
    ["es", "1. uno\n2. dos\n\n---\n\n# Fin", "1. uno. 2. dos. Fin."],
    ["es", "- [x] pagar\n- [ ] venir", "hecho: pagar. pendiente: venir."],
    ["en", "| Name | Price |\n|-|-|\n| Cut | 12 € |", "Cut, Price: 12 euros."],
    ["es", "👍", ""],
  ])("in %s of %j", (locale, markdown, text) => {
    expect(toSpeech(markdown, locale)).toBe(text);
  });
});
