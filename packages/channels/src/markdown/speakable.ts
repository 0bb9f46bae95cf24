export type SpeechLocale = "es" | "en";

type Words = { at: string; dot: string; page: string; dash: string; to: string; underscore: string };
const WORDS: Record<SpeechLocale, Words> = {
  es: { at: "arroba", dot: "punto", page: "la página", dash: "guion", to: "a", underscore: "guion bajo" },
  en: { at: "at", dot: "dot", page: "the page", dash: "dash", to: "to", underscore: "underscore" },
};

const EMAIL = /[\w.+-]{1,64}@[\w-]{1,63}(?:\.[\w-]{1,63})+/g;
const URL_TEXT = /\bhttps?:\/\/[^\s<>"]+|\bwww\.[^\s<>"]+/gi;
const EMOJI = /\p{Extended_Pictographic}|\p{Regional_Indicator}|\p{Emoji_Modifier}|\u200d|\ufe0f|\u20e3/gu;
const PHONE = /(?<![\w.,])\+?\d[\d -]{7,18}\d(?!\w|[.,]\d)/g;
const RANGE = /(\d(?:\s?[€$£%h])?)\s?–\s?(?=[€$£]?\d)/g;
const MONEY: readonly [RegExp, Record<SpeechLocale, string>][] = [
  [/(\d)\s*€|€\s*(\d[\d.,]*)/g, { es: "euros", en: "euros" }],
  [/(\d)\s*£|£\s*(\d[\d.,]*)/g, { es: "libras", en: "pounds" }],
  // A bare "$" is as often a peso: the voice knows its country.
  [/(\d)\s*US\$|US\$\s*(\d[\d.,]*)/g, { es: "dólares", en: "dollars" }],
  [/(\d)\s*%/g, { es: "por ciento", en: "percent" }],
];

/** What a voice would spell out or stumble over, in words. */
export function speakable(text: string, locale: SpeechLocale): string {
  const words = WORDS[locale];
  let said = text
    .replaceAll(EMAIL, (mail) => ` ${sayMail(mail, words)} `)
    .replaceAll(URL_TEXT, (url) => sayUrl(url, words));
  said = said.replaceAll(PHONE, sayPhone);
  said = said.replaceAll(RANGE, `$1 ${words.to} `);
  for (const [pattern, unit] of MONEY) {
    said = said.replaceAll(
      pattern,
      (_, before?: string, after?: unknown) => `${before ?? (typeof after === "string" ? after : "")} ${unit[locale]}`,
    );
  }
  return said
    .replaceAll(EMOJI, "")
    .replaceAll(/[*_~`#|<>[\]{}\\^]/g, " ")
    .replaceAll(/\s+/g, " ")
    .replaceAll(/ ([.,;:!?])/g, "$1")
    .trim();
}

function sayMail(mail: string, words: Words): string {
  return mail
    .replace("@", ` ${words.at} `)
    .replaceAll(".", ` ${words.dot} `)
    .replaceAll("_", ` ${words.underscore} `)
    .replaceAll("-", ` ${words.dash} `);
}

/** The name of the site is said, the path is not. */
function sayUrl(url: string, words: Words): string {
  const trail = /[.,;:!?)]+$/.exec(url)?.[0] ?? "";
  const host =
    url
      .replace(/^https?:\/\//i, "")
      .replace(/^www\./i, "")
      .split(/[/?#]/)[0] ?? "";
  const name = host.replace(/[.,;:!?)]+$/, "");
  return `${words.page} ${name.replaceAll(".", ` ${words.dot} `)}${trail.replace(")", "")}`;
}

/** Digit by digit in short groups, as people say a telephone number. */
function sayPhone(number: string): string {
  const digits = number.replaceAll(/\D/g, "");
  if (digits.length < 9) return number;
  return (
    (number.startsWith("+") ? "+" : "") +
    (digits.match(/\d{1,3}/g) ?? []).map((group) => group.split("").join(" ")).join(", ")
  );
}
