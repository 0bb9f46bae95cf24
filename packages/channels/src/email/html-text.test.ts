import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { htmlToText } from "./html-text.ts";
import { withoutQuotes } from "./quotes.ts";

describe("an HTML mail as words", () => {
  it.each([
    ["paragraphs and breaks", "<p>Hola&nbsp;Ada,</p><p>uno<br>dos</p>", "Hola Ada,\n\nuno\ndos"],
    [
      "white space of the source",
      "<div>\n  Hola\n  <b>mundo</b> !\n</div>\n<div>Adi&oacute;s</div>",
      "Hola mundo !\nAdiós",
    ],
    ["lists", "<ul><li>uno</li><li>dos</li></ul>", "- uno\n- dos"],
    [
      "tables",
      "<table><tr><td>Talla</td><td>M</td></tr><tr><td>Color</td><td>Rojo</td></tr></table>",
      "Talla M\nColor Rojo",
    ],
    [
      "links by their address",
      '<a href="https://x.example/a?b=1&amp;c=2">aquí</a>',
      "aquí (https://x.example/a?b=1&c=2)",
    ],
    ["links that show it already", '<a href="https://x.example/">x.example</a>', "x.example"],
    ["no link that is none", '<a href="javascript:alert(1)">aquí</a>', "aquí"],
    [
      "nothing of style, script and head",
      "<head><title>t</title><style>p{color:red}</style></head><script>alert('<p>')</script><p>Hola</p>",
      "Hola",
    ],
    ["nothing of comments, even of Word's", "<!--[if mso]><p>no</p><![endif]--><p>sí</p>", "sí"],
    ["preformatted lines", "<pre>a\n  b</pre>", "a\n  b"],
    ["tags that nobody closed", "<div><p>Hola <b>mundo<div>adiós", "Hola mundo\nadiós"],
    ["a lonely bracket", "1 < 2 y 3 > 2", "1 < 2 y 3 > 2"],
    ["entities beyond the basic plane", "&#x1F44B; &#128075;", "👋 👋"],
  ])("has %s", (_, html, text) => expect(htmlToText(html)).toBe(text));

  it.each([
    [
      "Gmail",
      '<div>Sí</div><br><div class="gmail_quote"><div>El vie, 20 nov 2026, T &lt;s@x.example&gt; escribió:<br></div><blockquote>¿Lo enviamos?</blockquote></div>',
    ],
    [
      "Apple",
      '<div>Sí</div><blockquote type="cite"><div>El 20 nov 2026, T &lt;s@x.example&gt; escribió:</div>Hola</blockquote>',
    ],
    [
      "Outlook",
      '<div>Sí</div><div id="divRplyFwdMsg"><b>De:</b> T &lt;s@x.example&gt;<br><b>Enviado:</b> viernes<br><b>Para:</b> Ada<br><b>Asunto:</b> Pedido</div><p>Hola</p>',
    ],
    [
      "Yahoo",
      '<div>Sí</div><div class="yahoo_quoted"><div>El viernes, 20 de noviembre de 2026, T escribió:</div><div>Hola</div></div>',
    ],
  ])("shows what %s quotes as a quote", (_, html) => expect(withoutQuotes(htmlToText(html))).toBe("Sí"));

  it("ends for any input", () => {
    const piece = fc.constantFrom(
      "<",
      ">",
      "</",
      "<p",
      "<div>",
      "</div>",
      "<a href='x'>",
      "<!--",
      "-->",
      "<script>",
      "&amp;",
      "x ",
      '"',
      "<blockquote type=cite>",
      "</blockquote>",
      "\n",
    );
    fc.assert(
      fc.property(fc.array(piece, { maxLength: 60 }), (pieces) => {
        const text = htmlToText(pieces.join(""));
        expect(text).toBe(text.trim());
        expect(text).not.toMatch(/<div>|<script>/);
      }),
    );
  });

  it("does not choke on depth and length", () => {
    for (const bad of ["<div>", "<a href=x>", "<", "<p", "<!--", "<script>", "<b></i>", "&", "<blockquote type=cite>x"])
      expect(typeof htmlToText(bad.repeat(Math.ceil(600_000 / bad.length)))).toBe("string");
  }, 20_000);
});
