import { describe, expect, it } from "vitest";
import { evaluate, findExpression } from "./arithmetic.ts";
import {
  datesIn,
  emailsIn,
  identifiersIn,
  labelled,
  numbersIn,
  phonesIn,
  placesIn,
  quotedIn,
  timesIn,
  urlsIn,
} from "./extract.ts";
import { detectLanguage } from "./language.ts";
import { agentName } from "./persona.ts";
import { nameOf } from "./person-facts.ts";
import { sentencesOf } from "./sentences.ts";

describe("values in text", () => {
  it.each([
    [urlsIn, "mira (https://a.example/x?y=1), gracias", ["https://a.example/x?y=1"]],
    [emailsIn, "escribe a ana.lópez+1@example.co.uk.", ["ana.lópez+1@example.co.uk"]],
    [phonesIn, "llama al +34 600 123 123 hoy", ["+34 600 123 123"]],
    [quotedIn, 'di "hola" y «adiós», don\'t', ["hola", "adiós"]],
    [identifiersIn, "pedido #4821, ref AB-1290 y 77123 del 2026-01-02", ["4821", "AB-1290", "77123"]],
    [numbersIn, "3 cajas de 2,5 kg el 2026-01-02 a las 10:30", [3, 2.5]],
    [numbersIn, "mesa para cuatro", [4]],
    [datesIn, "del 2026-12-24 al 3/1/2027", ["2026-12-24", "2027-01-03"]],
    [timesIn, "a las 9 o 21:30, at 5 pm", ["09:00", "21:30", "17:00"]],
    [placesIn, "¿qué tiempo hace en San Sebastián?", ["San Sebastián"]],
  ])("%o", (find, text, expected) => {
    expect(find(text)).toEqual(expected);
  });

  it("reads what follows a field's name", () => {
    expect(labelled("asunto: Factura de mayo, gracias", "asunto")).toBe("Factura de mayo");
    expect(labelled("nothing here", "subject")).toBeUndefined();
  });
});

describe("arithmetic", () => {
  it.each([
    ["¿cuánto es 12 por 7?", "12 * 7", 84],
    ["what is 15% of 80?", "15/100*80", 12],
    ["calcula (3+4)*2^3", "(3+4)*2^3", 56],
    ["1,200 / 4 + 0.5", "1200 / 4 + 0.5", 300.5],
    ["¿cuánto son 10 menos 3 menos 2?", "10 - 3 - 2", 5],
    ["2 ^ 3 ^ 2", "2 ^ 3 ^ 2", 512],
  ])("finds and evaluates: %s", (text, expression, value) => {
    expect(findExpression(text)).toBe(expression);
    expect(evaluate(expression)).toBe(value);
  });

  it.each(["llama al 600-123-123", "abrimos de 9-14", "el 2026-12-24", "tengo 2 perros y 3 gatos", "1 / 0"])(
    "leaves alone: %s",
    (text) => {
      expect(findExpression(text)).toBeUndefined();
    },
  );
});

describe("reading people", () => {
  it.each([
    ["¿a qué hora abrís?", "es"],
    ["when do you open", "en"],
    ["Hi there", "en"],
    ["mañana", "es"],
    ["12345", "es"],
  ])("language of %s", (text, language) => {
    expect(detectLanguage(text)).toBe(language);
  });

  it("falls back on what was said before when a message shows no language", () => {
    expect(detectLanguage("12345", "where is my order?")).toBe("en");
  });

  it.each([
    [["me llamo ana"], "Ana"],
    [["I'm Bob, hello"], "Bob"],
    [["soy Ana García y busco botas"], "Ana García"],
    [["me llamo Ana", "no, call me Annie"], "Annie"],
    [["soy cliente vuestro"], undefined],
  ])("name in %j", (said, name) => {
    expect(nameOf(said)).toBe(name);
  });

  it.each([
    ["Eres Lola, la asistente de Ramos.", "Lola"],
    ["You are a helpful assistant. Your name is Max Power.", "Max Power"],
    ["You are a helpful assistant.", undefined],
  ])("agent in %s", (system, name) => {
    expect(agentName(system)).toBe(name);
  });

  it("splits sentences and carries headings without showing them", () => {
    expect(
      sentencesOf("## Envíos\n- Gratis desde 60 €. Si no, 4.95 €.\n\nEl Dr. Pérez atiende hoy. ¿Algo más?"),
    ).toEqual([
      { text: "Gratis desde 60 €.", heading: "Envíos" },
      { text: "Si no, 4.95 €.", heading: "Envíos" },
      { text: "El Dr. Pérez atiende hoy.", heading: "Envíos" },
      { text: "¿Algo más?", heading: "Envíos" },
    ]);
  });

  it("keeps the choices of a task list with the sentence that offers them", () => {
    expect(sentencesOf("Elige una revisión.\n- [ ] Básica\n- [x] Completa\n- Otra cosa")).toEqual([
      { text: "Elige una revisión.\n- [ ] Básica\n- [ ] Completa", heading: "" },
      { text: "Otra cosa", heading: "" },
    ]);
  });
});
