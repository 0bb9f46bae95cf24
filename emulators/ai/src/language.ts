import { wordsOf } from "./words.ts";

export type Language = "es" | "en";

const SPANISH = new Set(
  (
    "el la los las un una de del que y en es por para con no si me mi tu su se lo como cual cuando donde quien cuanto hola gracias adios buenas buenos " +
    "dias tardes noches quiero puedo tengo hay esta estan soy eres tiene favor ayuda llamo nombre pedido mas muy pero porque hablar tambien sobre sabes " +
    "al nada vale venga hasta luego abren cierran cuesta"
  ).split(" "),
);
const ENGLISH = new Set(
  (
    "the a an of and in is are for with not yes i my your you it this that how what which when where who hello hi hey thanks thank bye goodbye good " +
    "morning afternoon evening want can have there please help name order more very but because talk also about do does am be to know at " +
    "on any we they will would open close cost much many"
  ).split(" "),
);

function lean(text: string): number {
  let score = /[¿¡ñÑ]/.test(text) ? 2 : 0;
  if (/[áéíóúÁÉÍÓÚ]/.test(text)) score += 1;
  if (/\b(?:i'm|don't|what's|it's|can't|i'd|where's|who's)/i.test(text)) score -= 2;
  for (const word of wordsOf(text)) {
    if (SPANISH.has(word)) score += 1;
    if (ENGLISH.has(word)) score -= 1;
  }
  return score;
}

/** The language of the first text that shows one; the product speaks Spanish first, so a tie is Spanish. */
export function detectLanguage(...textsByPriority: string[]): Language {
  for (const text of textsByPriority) {
    const score = lean(text);
    if (score !== 0) return score > 0 ? "es" : "en";
  }
  return "es";
}
