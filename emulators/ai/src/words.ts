import { conceptsOf } from "./concepts.ts";

const STOP_WORDS = new Set(
  (
    "a al algo ante aqui asi aun bajo bien cada como con cual cuales cuando cuanto cuantos cuanta cuantas de del desde donde dos e el " +
    "ella ellos en entre era eres es esa ese eso esta estan este esto estos estoy fue ha han hasta hay he la las le les lo los mas me mi mis muy " +
    "ni no nos o para pero por porque puede pueden puedo que quien quiero saber se ser si sin sobre solo son su sus tal tambien te tengo ti tiene tienen " +
    "todo todos tu tus u un una unas uno unos usted ustedes va vamos y ya yo dime decirme gustaria favor podria podrias teneis estais haceis sois podeis quereis hacen haces hace saber conocer hora " +
    "an and any are as at be been but by can could did do does for from had has have how i if in into is it its just like may more most my of " +
    "on or our please should so some than that the their them then there these they this to us was we were what when where which who will with would " +
    "you your tell know want long take takes much many there's"
  ).split(" "),
);

const SUFFIXES = [
  "amientos", "imientos", "amiento", "imiento", "aciones", "uciones", "ciones", "acion", "ucion", "cion", "mente", "ieron", "iendo",
  "ments", "ment", "ando", "ados", "adas", "idos", "idas", "amos", "emos", "imos", "aron", "ings", "ing", "ies", "ado", "ada", "ido", "ida",
  "ers", "ed", "er", "es", "en", "an", "ar", "ir", "ly", "s", "a", "e", "o", "y",
] as const; // prettier-ignore

const MIN_STEM = 3;

/** Lower case without accents, so that "Envío", "envio" and "ENVÍO" are one word. */
export const fold = (text: string): string => text.normalize("NFD").replace(/\p{M}/gu, "").toLowerCase();

export const wordsOf = (text: string): string[] => fold(text).match(/[\p{L}\p{N}]+/gu) ?? [];

export const isStopWord = (word: string): boolean => STOP_WORDS.has(word);

/** Crude on purpose: enough to join the singular, plural and the common verb forms of both languages. */
export function stem(word: string): string {
  if (/\d/.test(word)) return word;
  let base = word;
  for (let round = 0; round < 2; round++) {
    const suffix = SUFFIXES.find((candidate) => base.endsWith(candidate) && base.length - candidate.length >= MIN_STEM);
    if (suffix === undefined) break;
    base = base.slice(0, -suffix.length);
  }
  return base;
}

/** Stems of the words that carry meaning. */
export const contentStems = (text: string): string[] =>
  wordsOf(text)
    .filter((word) => !STOP_WORDS.has(word))
    .map(stem);

/** Content stems plus the shared ideas they stand for, which is what lets a Spanish question find an English sentence. */
export function meaningOf(text: string): { stems: Set<string>; concepts: Set<string> } {
  const words = wordsOf(text);
  const stems = new Set(words.filter((word) => !STOP_WORDS.has(word)).map(stem));
  const concepts = new Set(words.flatMap((word) => conceptsOf(word)));
  return { stems, concepts };
}
