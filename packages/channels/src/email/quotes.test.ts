import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { withoutQuotes } from "./quotes.ts";

const cases: [string, string, string][] = [
  [
    "Gmail",
    "Sí, por favor.\n\nEl vie, 20 nov 2026 a las 10:00, Tienda (<s@x.example>) escribió:\n\n> ¿Lo enviamos?\n>\n> Un saludo\n",
    "Sí, por favor.",
  ],
  ["Gmail in English", "Yes.\n\nOn Fri, Nov 20, 2026 at 10:00 AM Shop <s@x.example> wrote:\n\n> Shall we?\n", "Yes."],
  [
    "Gmail, broken over lines",
    "Vale\n\nEl vie, 20 nov 2026 a las 10:00, Atención al Cliente de la Tienda\n(<soporte+abcdefgh@tienda.example>) escribió:\n\n> hola",
    "Vale",
  ],
  ["Apple", "De acuerdo\n\n> El 20 nov 2026, a las 10:00, Tienda <s@x.example> escribió:\n> \n> Hola\n", "De acuerdo"],
  ["Apple in English", "Fine\n\nOn 20 Nov 2026, at 10:00, Shop <s@x.example> wrote:\n\n> Hello\n", "Fine"],
  ["an old program without date", "Yes please\n\nOn Thu Bot wrote:\n> ok?", "Yes please"],
  [
    "Outlook",
    "Mañana me va bien.\n\nDe: Tienda <s@x.example>\nEnviado el: viernes, 20 de noviembre de 2026 10:00\nPara: Ada <ada@x.example>\nAsunto: Re: Pedido\n\nHola Ada,\n",
    "Mañana me va bien.",
  ],
  [
    "Outlook on the web",
    "Ok\n________________________________\nFrom: Shop <s@x.example>\nSent: Friday, November 20, 2026 10:00 AM\nTo: Ada <a@x.example>\nSubject: Re: Order\n\nHi",
    "Ok",
  ],
  [
    "Outlook on a telephone",
    "Ok\n\nObtener Outlook para iOS\n________________________________\nDe: Tienda <s@x.example>\nEnviado: viernes, 20 de noviembre\nPara: Ada\nAsunto: Re: Pedido\n\nHola",
    "Ok",
  ],
  ["Outlook 2003", "Bien\n\n-----Mensaje original-----\nDe: Tienda\nHola", "Bien"],
  ["Outlook 2003 in English", "Good\n\n----- Original Message -----\nFrom: Shop\nHi", "Good"],
  ["bold headers", "Va\n\n*De:* Tienda <s@x.example>\n*Enviado:* viernes\n*Para:* Ada\n*Asunto:* Pedido\n\nHola", "Va"],
  [
    "unmarked quoting below",
    "Perfecto\n\nEl 20/11/2026 a las 10:00, Tienda escribió:\n\nHola Ada,\n¿lo enviamos?\n",
    "Perfecto",
  ],
  [
    "an answer below",
    "On Fri, Nov 20, 2026 Shop <s@x.example> wrote:\n> Shall we?\n\nYes, tomorrow.\n",
    "Yes, tomorrow.",
  ],
  ["answers in between", "El 20/11/26, Tienda escribió:\n> ¿Color?\nRojo\n> ¿Talla?\nM\n", "Rojo\nM"],
  ["a signature", "Hola, ¿abren hoy?\n\n-- \nAda Gómez\nTel. 600 000 000", "Hola, ¿abren hoy?"],
  ["a telephone's signature", "¿Abren hoy?\n\nEnviado desde mi iPhone", "¿Abren hoy?"],
  [
    "a telephone's signature and a quote",
    "¿Abren hoy?\n\nSent from my iPhone\n\nOn 20 Nov 2026, at 10:00, Shop <s@x.example> wrote:\n> Hi",
    "¿Abren hoy?",
  ],
  ["windows line ends", "Sí\r\n\r\nEl vie, 20 nov 2026, T <s@x.example> escribió:\r\n\r\n> ¿?\r\n", "Sí"],
];

describe("what is quoted is taken away:", () => {
  it.each(cases)("%s", (_, text, own) => expect(withoutQuotes(text)).toBe(own));
});

describe("what the person says is kept:", () => {
  it.each([
    ["a sentence that ends like an attribution", "El cliente escribió:\nquiero devolverlo\ny nada más"],
    ["a list that looks like a head", "De: Madrid\nsalimos a las 9\nllegamos a las 12"],
    ["a question about a mail", "¿Qué decía el asunto: Re: Pedido?"],
    [
      "a forwarded mail",
      "Mira esto\n\n---------- Forwarded message ---------\nFrom: Proveedor <p@x.example>\nDate: vie\nSubject: Factura\nTo: Ada\n\nAdjunto factura",
    ],
    ["a mail of quotes only", "> hola\n> qué tal"],
    ["a mail that begins with its quote and ends there", "On Fri, Nov 20, 2026 Shop <s@x.example> wrote:\n> Shall we?"],
    ["dashes in a text", "Opciones:\n--- primera\n-- segunda\n- tercera"],
  ])("%s", (_, text) => expect(withoutQuotes(text)).toBe(text));
});

const line = fc.oneof(
  fc.string({ maxLength: 40 }),
  fc.constantFrom(
    "> hola",
    "",
    "El 20 nov, T <a@b.example> escribió:",
    "De: T",
    "Para: A",
    "Asunto: x",
    "-- ",
    "-----Mensaje original-----",
    "Enviado desde mi iPhone",
  ),
);

it("is made of lines of the mail, in their order, and is never empty where the mail is not", () => {
  fc.assert(
    fc.property(fc.array(line, { maxLength: 30 }), (lines) => {
      const text = lines.map((one) => one.replaceAll(/[\r\n]/g, "")).join("\n");
      const own = withoutQuotes(text);
      expect(own === "").toBe(text.trim() === "");
      let at = 0;
      const all = text.split("\n").map((one) => one.trim());
      for (const kept of own
        .split("\n")
        .map((one) => one.trim())
        .filter((one) => one !== "")) {
        at = all.indexOf(kept, at) + 1;
        expect(at).toBeGreaterThan(0);
      }
      expect(withoutQuotes(own).length).toBeLessThanOrEqual(own.length);
    }),
  );
});

it("takes a mail of half a million letters that nearly is a quote in its stride", () => {
  for (const bad of ["El ", "On 1 ", "De: x\n", "> ", "El 1 escribió\n", "-".repeat(50), "*".repeat(50)]) {
    const text = bad.repeat(Math.ceil(500_000 / bad.length));
    expect(withoutQuotes(text).length).toBeLessThanOrEqual(text.length);
  }
}, 20_000);
