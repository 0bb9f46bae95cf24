import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { SpeechInPieces } from "./speech-flow.ts";

function spoken(pieces: string[], language = "es-ES"): string {
  const flow = new SpeechInPieces(language);
  return pieces.map((piece) => flow.push(piece)).join("") + flow.end();
}

describe("speech while an answer is written", () => {
  it.each([
    ["Abrimos de lunes a viernes.", "Abrimos de lunes a viernes."],
    ["**Abrimos** de lunes a viernes", "Abrimos de lunes a viernes."],
    ["Cuesta 12 €, y el otro 20 %.", "Cuesta 12 euros, y el otro 20 por ciento."],
    ["Llame al 600111222, por favor.", "Llame al 6 0 0, 1 1 1, 2 2 2, por favor."],
    ["Escriba a hola@tienda.es, ¿vale?", "Escriba a hola arroba tienda punto es, ¿vale?"],
    ["Mire [la web](https://tienda.example/a?b=c) ahora", "Mire la web ahora."],
    ["Claro 🌷 que sí", "Claro que sí."],
    ["# Horario\n\nDe 9 a 14.\n", "Horario. De 9 a 14."],
    ["Tenemos:\n- rosas\n- lirios\n\n¿Cuáles?", "Tenemos: rosas. lirios. ¿Cuáles?"],
    ["¿Cuándo?\n\n- [ ] Hoy\n- [ ] Mañana", "¿Cuándo? 1. Hoy. 2. Mañana."],
    [
      "Precios:\n\n| Flor | Precio |\n|---|---|\n| Rosa | 2 € |\n\nNada más",
      "Precios: Rosa, Precio: 2 euros. Nada más.",
    ],
    ["", ""],
  ])("of %j is %j", (answer, speech) => {
    expect(spoken([answer])).toBe(speech);
    expect(spoken(answer.split(/(?=.)/su))).toBe(speech);
  });

  it("says words as soon as they are words, and holds back what may still become markup", () => {
    const flow = new SpeechInPieces("es-ES");
    expect(flow.push("Abrimos de lu")).toBe("Abrimos de");
    expect(flow.push("nes a ")).toBe(" lunes a");
    expect(flow.push("**vier")).toBe("");
    expect(flow.push("nes**, sí ")).toBe(" viernes, sí");
    expect(flow.end()).toBe(".");
  });

  it("is the same however the answer is cut", () => {
    const part = fc.constantFrom(
      "Abrimos ",
      "de 9 a 14, ",
      "**mucho** ",
      "_más_. ",
      "[web](https://a.example/x) ",
      "\n",
      "\n\n",
      "- rosas\n",
      "- [ ] Sí\n",
      "1. uno\n",
      "`x`, ",
      "12 € ",
      "¿Sí? ",
      "👩‍👧 ",
      "> cita\n",
      "fin",
    );
    fc.assert(
      fc.property(
        fc.array(part, { maxLength: 12 }),
        fc.array(fc.nat({ max: 12 }), { maxLength: 40 }),
        (parts, cuts) => {
          const answer = parts.join("");
          const pieces: string[] = [];
          let from = 0;
          for (const cut of cuts) pieces.push(answer.slice(from, (from += cut)));
          pieces.push(answer.slice(from));
          expect(spoken(pieces)).toBe(spoken([answer]));
          expect(spoken([answer])).not.toMatch(/[*_`[\]|]|https?:/);
        },
      ),
    );
  });
});
