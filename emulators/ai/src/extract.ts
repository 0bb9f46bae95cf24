import { fold } from "./words.ts";

/** Values of a recognisable form inside a text, in the order they appear. */
export const urlsIn = (text: string): string[] =>
  (text.match(/\bhttps?:\/\/[^\s<>"'«»)\]]+/gi) ?? []).map((url) => url.replace(/[.,;:!?]+$/, ""));

export const emailsIn = (text: string): string[] =>
  text.match(/[\p{L}\p{N}._%+-]+@[\p{L}\p{N}-]+(?:\.[\p{L}\p{N}-]+)+/gu) ?? [];

export const phonesIn = (text: string): string[] =>
  (text.match(/(?<![\w-])\+?\d[\d\s().-]{6,}\d(?![\w-])/g) ?? [])
    .filter((value) => value.replace(/\D/g, "").length >= 8)
    .map((value) => value.trim());

export const quotedIn = (text: string): string[] =>
  [...text.matchAll(/"([^"]+)"|«([^»]+)»|“([^”]+)”|(?<!\p{L})'([^']+)'(?!\p{L})/gu)].flatMap(
    (m) => m[1] ?? m[2] ?? m[3] ?? m[4] ?? [],
  );

/** Order numbers, references: a code with digits, or a number after "nº", "#" or long enough to be no quantity. */
export const identifiersIn = (text: string): string[] =>
  [
    ...withoutDates(text).matchAll(
      /#\s?([\p{L}\d][\p{L}\d_-]*)|\b([A-Za-z][A-Za-z_-]{0,15}\d[\w-]{0,40})\b|(?<![\d.,-])(\d{3,})(?![\d.,]*\d)/gu,
    ),
  ].flatMap((m) => m[1] ?? m[2] ?? m[3] ?? []);

const NUMBER_WORDS: Record<string, number> = {
  uno: 1, una: 1, dos: 2, tres: 3, cuatro: 4, cinco: 5, seis: 6, siete: 7, ocho: 8, nueve: 9, diez: 10, doce: 12,
  one: 1, two: 2, three: 3, four: 4, five: 5, six: 6, seven: 7, eight: 8, nine: 9, ten: 10, twelve: 12,
}; // prettier-ignore

/** Numbers in figures first; number words only when there are no figures ("mesa para cuatro"). */
export function numbersIn(text: string): number[] {
  const figures = withoutDates(text).match(/(?<![\p{L}\d#-])-?\d+(?:[.,]\d+)?(?![\p{L}\d]*@)/gu) ?? [];
  if (figures.length > 0) return figures.map((figure) => Number(figure.replace(",", ".")));
  return (fold(text).match(/\p{L}+/gu) ?? []).flatMap((word) => NUMBER_WORDS[word] ?? []);
}

const DATE = /\b(\d{4})-(\d{2})-(\d{2})(?:T[\d:.]+(?:Z|[+-]\d{2}:?\d{2})?)?\b|\b(\d{1,2})[/-](\d{1,2})[/-](\d{4})\b/g;

function withoutDates(text: string): string {
  return text.replace(DATE, " ").replace(/\b\d{1,2}:\d{2}\b/g, " ");
}

/** ISO dates; a date in figures is read day first, as everywhere Spanish is spoken. */
export const datesIn = (text: string): string[] =>
  [...text.matchAll(DATE)].map((m) => (m[1] ? m[0] : `${m[6]}-${m[5]?.padStart(2, "0")}-${m[4]?.padStart(2, "0")}`));

export function timesIn(text: string): string[] {
  return [...text.matchAll(/\b([01]?\d|2[0-3]):([0-5]\d)\b|\b(?:a las|at)\s+(\d{1,2})(?!\d|:)\s*(am|pm)?/gi)].map(
    (m) => {
      if (m[1]) return `${m[1].padStart(2, "0")}:${m[2]}`;
      const hour =
        (Number(m[3]) % 12) +
        (m[4]?.toLowerCase() === "pm" || (!m[4] && Number(m[3]) === 12) || (!m[4] && Number(m[3]) > 12) ? 12 : 0);
      return `${String(hour).padStart(2, "0")}:00`;
    },
  );
}

/** Proper nouns that do not merely open a sentence. */
export const properNounsIn = (text: string): string[] =>
  [
    ...text.matchAll(
      /(?<=[\p{L}\p{N},;:]\s)(\p{Lu}[\p{L}'-]+(?:\s(?:(?:de|del|la|las|los|of|the)\s)*\p{Lu}[\p{L}'-]+)*)/gu,
    ),
  ].flatMap((m) => m[1] ?? []);

/** The place after a preposition, capitalised or closing the sentence: "el tiempo en madrid". */
export function placesIn(text: string): string[] {
  const named = [
    ...text.matchAll(
      /\b(?:en|de|in|for|at|to|para|hacia|a)\s+(\p{Lu}[\p{L}'-]+(?:\s(?:(?:de|del|la)\s)*\p{Lu}[\p{L}'-]+)*)/gu,
    ),
  ].flatMap((m) => m[1] ?? []);
  if (named.length > 0) return named;
  const closing = /\b(?:en|in|for)\s+(\p{L}+(?:\s\p{L}+)?)\s*[?.!]*$/u.exec(text)?.[1];
  return closing && !/^(?:el|la|los|las|un|una|the|a|my|mi|your|tu)\b/i.test(closing) ? [closing] : [];
}

/** What follows the field's own name: "asunto: factura", "subject is invoice". */
export function labelled(text: string, label: string): string | undefined {
  const words = fold(label).replace(/[^a-z0-9]+/g, "[\\s_-]*");
  if (words === "") return undefined;
  const match = new RegExp(`(?:^|[^\\p{L}])${words}\\s*(?::|=|\\bis\\b|\\bes\\b)\\s*([^\\n,;.]+)`, "iu").exec(
    fold(text),
  );
  if (!match?.[1]) return undefined;
  const start = fold(text).indexOf(match[1], match.index);
  // Folding drops no base letter for Spanish and English, so the position holds in the original when lengths agree.
  return fold(text).length === text.length ? text.slice(start, start + match[1].length).trim() : match[1].trim();
}
