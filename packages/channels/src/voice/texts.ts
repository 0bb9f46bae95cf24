import type { LineTexts } from "../line.ts";
import type { VoiceConfig } from "./config.ts";

type Language = "es" | "en";
type Built = LineTexts & { greeting: string };

const BUILT_IN: Record<Language, Built> = {
  es: {
    greeting: "Hola, ¿en qué puedo ayudarle?",
    filler: "Un momento, por favor.",
    stillThere: "¿Sigue ahí?",
    goodbye: "Como no le oigo, voy a colgar. Hasta pronto.",
    connecting: "Le paso con una persona. Un momento, por favor.",
    nobody: "Ahora mismo no hay nadie que pueda atenderle. ¿Puedo ayudarle yo?",
  },
  en: {
    greeting: "Hello, how can I help you?",
    filler: "One moment, please.",
    stillThere: "Are you still there?",
    goodbye: "I cannot hear you, so I am going to hang up. Goodbye.",
    connecting: "I am putting you through to a person. One moment, please.",
    nobody: "There is nobody who could take your call right now. Can I help you?",
  },
};

const languageOf = (code: string): Language => (/^en\b/i.test(code) ? "en" : "es");

/** The account's own words are in the language that calls begin in; after a change of language ours are said. */
export function textsOf(config: VoiceConfig, code: string): Built {
  const built = BUILT_IN[languageOf(code)];
  if (languageOf(code) !== languageOf(config.language)) return built;
  const { greeting, filler, stillThere, goodbye } = config;
  return {
    ...built,
    ...(greeting !== undefined && { greeting }),
    ...(filler !== undefined && { filler }),
    ...(stillThere !== undefined && { stillThere }),
    ...(goodbye !== undefined && { goodbye }),
  };
}
