/** Words of Spanish and English that say nothing about what a text is about. */
const EMPTY = new Set(
  (
    "a al algo ante antes aqui asi aun aunque bajo bien cada como con contra cual cuales cualquier cuando cuanto cuanta cuantos cuantas " +
    "de del desde donde dos e el ella ellas ellos en entre era eres es esa esas ese eso esos esta estaba estan estar este esto estos estoy " +
    "fue ha haber hace hacen hacer haces hago han has hasta hay he hola la las le les lo los mas me mi mis mientras muy ni no nos nosotros o os otra otro " +
    "para pero por porque puede pueden puedes puedo pues que quien quiere quieren quiero se sea ser seria si siempre sido sin sobre solo son soy su sus " +
    "tal tambien tanto te tengo tendria tener ti tiene tienen tienes toda todas todo todos tras tu tus u un una unas uno unos usted ustedes va vamos van vosotros voy y ya yo " +
    "buenas buenos dias tardes noches gracias favor podria podrias podeis sabe sabes saber decir dime digame gustaria necesito " +
    "about all also am an and any are as at be because been but by can cannot could did do does doing don for from had has have having hello hi how i if in into is it its just " +
    "let like many may me more most much my no not of on or our please should so some such t than thank thanks that the their them then there these they this those to too us " +
    "very was we were what when where which while who why will with would you your tell know need want get got"
  ).split(" "),
);

const ENDINGS = [
  "amientos", "imientos", "amiento", "imiento", "aciones", "iciones", "uciones", "ciones", "siones", "idades", "acion", "icion", "ucion",
  "cion", "sion", "idad", "mente", "ables", "ibles", "able", "ible", "adores", "adoras", "adora", "ador", "ieron", "iendo", "ando", "aron",
  "aban", "aba", "aremos", "eremos", "iremos", "ados", "adas", "idos", "idas", "ado", "ada", "ido", "ida", "amos", "emos", "imos", "eis", "ais",
  "ations", "ation", "itions", "ition", "tions", "tion", "ments", "ment", "ness", "ings", "ing", "ies", "ied", "ers",
  "ed", "er", "es", "os", "as", "is", "ar", "ir", "an", "en", "ly", "s", "a", "e", "o", "y",
] as const; // prettier-ignore

const SHORTEST = 3;
const LONGEST = 40;

/** Lower case without accents; what is written together stays together. */
export const folded = (text: string): string => text.normalize("NFD").replace(/\p{M}/gu, "").toLowerCase();

const wordsIn = (text: string): string[] => folded(text).match(/[\p{L}\p{N}]+/gu) ?? [];

/** Joins singular and plural, and the common forms of verbs, of both languages; a number is what it is. */
export function stemOf(word: string): string {
  if (/\p{N}/u.test(word)) return word;
  let base = word;
  for (let round = 0; round < 2; round++) {
    const ending = ENDINGS.find((known) => base.endsWith(known) && base.length - known.length >= SHORTEST);
    if (ending === undefined) break;
    base = base.slice(0, -ending.length);
  }
  return base;
}

/** What the full-text index holds of a text, and what a question is looked up by. */
export const termsOf = (text: string): string[] =>
  wordsIn(text)
    .filter((word) => !EMPTY.has(word) && word.length <= LONGEST && (word.length > 1 || /\p{N}|\p{Lo}/u.test(word)))
    .map(stemOf);

const SPANISH = new Set("el la los las de que y en un una es por con para se del al su lo como mas no si".split(" "));
const ENGLISH = new Set("the of and to in is you that it for on are with as your be this have or we not if".split(" "));

export type Language = "es" | "en" | "other";

/** By the small words, which no text of either language goes without. */
export function languageOf(text: string): Language {
  let [spanish, english] = [0, 0];
  for (const word of wordsIn(text.slice(0, 4000))) {
    if (SPANISH.has(word)) spanish++;
    if (ENGLISH.has(word)) english++;
  }
  if (spanish === english) return /[ñ¿¡áéíóú]/i.test(text) ? "es" : "other";
  return spanish > english ? "es" : "en";
}
