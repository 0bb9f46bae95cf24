import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { heardOf } from "./heard.ts";

describe("what was heard", () => {
  it.each([
    ["Life is a complex set of questions.", "Life is a complex set of", "Life is a complex set of"],
    [
      "Abrimos de lunes a viernes, de nueve a dos. ¿Algo más?",
      "Abrimos de lunes a viernes de",
      "Abrimos de lunes a viernes, de",
    ],
    ["Cuesta **veinte** euros.", "cuesta veinte", "Cuesta **veinte**"],
    ["Cuesta veinte euros.", "Cuesta veinte eu", "Cuesta veinte"],
    ["Hola. ¿Qué tal? Hola.", "Hola", "Hola."],
    ["Hola", "", ""],
    ["Hola", "Vuelva a intentarlo", "Vuelva a intentarlo"],
  ])("of %j up to %j is %j", (answer, utterance, heard) => {
    expect(heardOf(answer, utterance)).toBe(heard);
  });

  it("is a beginning of the answer for whatever word the person broke in at", () => {
    const word = fc.string({ unit: fc.constantFrom("a", "e", "ñ", "T", "7"), minLength: 1, maxLength: 5 });
    const sign = fc.constantFrom(" ", ", ", ". ", " — ", "\n", "! ¿");
    fc.assert(
      fc.property(fc.array(fc.tuple(word, sign), { minLength: 1, maxLength: 20 }), fc.nat(), (pairs, seed) => {
        const answer = pairs.map(([text, between]) => text + between).join("");
        const spoken = pairs.slice(0, (seed % pairs.length) + 1).map(([text]) => text);
        const heard = heardOf(answer, spoken.join(" "));
        expect(answer.startsWith(heard)).toBe(true);
        expect(heard.match(/[\p{L}\p{N}]+/gu)).toEqual(spoken);
      }),
    );
  });
});
