/** Of which language a word is that stops messages; STOP is everybody's. */
export type StopLanguage = "es" | "en" | "both";

/** Words by which a person stops or resumes messages where the vendor has none of its own; the whole message, nothing less. */
const STOP = new Map<string, StopLanguage>([
  ["stop", "both"],
  ["stopall", "both"],
  ["stop all", "both"],
  ["unsubscribe", "en"],
  ["opt out", "en"],
  ["optout", "en"],
  ["baja", "es"],
  ["dar de baja", "es"],
  ["darme de baja", "es"],
  ["parar", "es"],
  ["desuscribir", "es"],
  ["desuscribirme", "es"],
  ["no más mensajes", "es"],
  ["no mas mensajes", "es"],
]);
const START = new Set(["start", "unstop", "alta"]);

export function optWord(text: string): "opt_out" | "opt_in" | undefined {
  const word = wordOf(text);
  return STOP.has(word) ? "opt_out" : START.has(word) ? "opt_in" : undefined;
}

/** In which language to say that it was understood; undefined for what stops nothing. */
export const stopLanguage = (text: string): StopLanguage | undefined => STOP.get(wordOf(text));

const wordOf = (text: string): string =>
  text.length > 40
    ? ""
    : text
        .toLowerCase()
        .replaceAll(/[^\p{L}\s]/gu, "")
        .trim();
