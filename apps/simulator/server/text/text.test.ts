import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { entityText } from "./entity-text.ts";
import { plainText, slackText, whatsAppText } from "./marked-text.ts";

describe("WhatsApp's signs", () => {
  it.each([
    [
      "*negrita* y _cursiva_",
      [{ text: "negrita", marks: ["bold"] }, { text: " y " }, { text: "cursiva", marks: ["italic"] }],
    ],
    ["*_ambas_*", [{ text: "ambas", marks: ["bold", "italic"] }]],
    ["2 * 3 * 4", [{ text: "2 * 3 * 4" }]],
    ["a*b*c", [{ text: "a*b*c" }]],
    ["`*código*`", [{ text: "*código*", marks: ["code"] }]],
    ["```\nlínea\n```", [{ text: "línea", marks: ["code"] }]],
    ["~no~.", [{ text: "no", marks: ["strike"] }, { text: "." }]],
    [
      "ver https://a.example/x?y=1.",
      [{ text: "ver " }, { text: "https://a.example/x?y=1", href: "https://a.example/x?y=1" }, { text: "." }],
    ],
  ])("%s", (text, spans) => {
    expect(whatsAppText(text)).toEqual(spans);
  });

  it("loses nothing that is not a sign", () => {
    fc.assert(
      fc.property(fc.string({ unit: fc.constantFrom("a", " ", "é", "😀", "\n", "<", "1") }), (text) => {
        expect(
          whatsAppText(text)
            .map((span) => span.text)
            .join(""),
        ).toBe(text);
      }),
    );
  });
});

describe("Slack's signs", () => {
  it.each([
    [
      "<https://a.example|horario> &amp; *más*",
      [{ text: "horario", href: "https://a.example" }, { text: " & " }, { text: "más", marks: ["bold"] }],
    ],
    ["&lt;b&gt;", [{ text: "<b>" }]],
    ["&amp;lt;", [{ text: "&lt;" }]],
    ["<https://a.example>", [{ text: "https://a.example", href: "https://a.example" }]],
  ])("%s", (text, spans) => {
    expect(slackText(text)).toEqual(spans);
  });
});

it("finds addresses in plain text and nothing else", () => {
  expect(plainText("*no* http://b.example")).toEqual([
    { text: "*no* " },
    { text: "http://b.example", href: "http://b.example" },
  ]);
});

describe("Telegram's entities", () => {
  it("cut a text where they begin and end, also inside of each other", () => {
    const entities = [
      { type: "bold", offset: 0, length: 8 },
      { type: "italic", offset: 5, length: 3 },
      { type: "text_link", offset: 9, length: 4, url: "https://a.example" },
    ];
    expect(entityText("hola aún aquí.", entities)).toEqual([
      { text: "hola ", marks: ["bold"] },
      { text: "aún", marks: ["bold", "italic"] },
      { text: " " },
      { text: "aquí", href: "https://a.example" },
      { text: "." },
    ]);
  });

  it("count in the units of the vendor, which are ours", () => {
    expect(entityText("😀 hola", [{ type: "code", offset: 3, length: 4 }])).toEqual([
      { text: "😀 " },
      { text: "hola", marks: ["code"] },
    ]);
  });

  it("that reach too far break nothing", () => {
    expect(
      entityText("hola", [{ type: "bold", offset: 2, length: 40 }])
        .map(({ text }) => text)
        .join(""),
    ).toBe("hola");
    expect(entityText("", [])).toEqual([]);
  });
});
