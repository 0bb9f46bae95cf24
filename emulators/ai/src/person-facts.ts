import { contentStems, fold } from "./words.ts";

/** What people say about themselves, so that it can be given back to them later in the conversation. */
export interface Attribute {
  /** "perro", "favourite colour": the thing that is theirs. */
  label: string;
  value: string;
}

const NAME = String.raw`(\p{L}[\p{L}'-]{1,30}(?:\s\p{Lu}[\p{L}'-]{1,30}){0,2})`;
const SAID_NAME = [
  new RegExp(String.raw`(?:me llamo|mi nombre es|my name is|my name's|call me|ll[aá]mame)\s+${NAME}`, "iu"),
  new RegExp(
    String.raw`(?:^|[.,!¡]\s*|\b(?:[Hh]ola|[Hh]i|[Hh]ello),?\s+)(?:[Ss]oy|[Yy]o soy|I am|I'm)\s+(\p{Lu}[\p{L}'-]{1,30}(?:\s\p{Lu}[\p{L}'-]{1,30}){0,2})(?=$|[\s.,!])`,
    "u",
  ),
];
const SAID_ATTRIBUTE =
  /(?:^|[\s,.¡!])(mi|mis|my)\s+([\p{L}\p{N} ]{2,40}?)\s+(?:se llaman?|es|son|está en|is called|are called|is|are)\s+(?!que\b|that\b|not\b|no\b)([^.,;!?\n]{1,80})/giu;

const trimName = (name: string): string =>
  name.replace(/\s+(?:Y|And|Pero|But)\b.*$/u, "").replace(/^\p{Ll}/u, (first) => first.toUpperCase());

export function nameOf(saidInOrder: readonly string[]): string | undefined {
  for (const said of saidInOrder.toReversed()) {
    if (/\?/.test(said) && /c[oó]mo me llamo|my name/i.test(said)) continue;
    for (const pattern of SAID_NAME) {
      const name = pattern.exec(said)?.[1];
      if (name) return trimName(name);
    }
  }
  return undefined;
}

export const attributesOf = (said: string): Attribute[] =>
  /[?¿]/.test(said)
    ? []
    : [...said.matchAll(SAID_ATTRIBUTE)].flatMap((match) => {
        const [, , label, value] = match;
        if (!label || !value || /^(?:nombre|name)$/i.test(label)) return [];
        return [{ label: label.trim(), value: value.trim() }];
      });

/** The thing of their own a person asks about: "¿cómo se llama mi perro?" → perro, "what is my order number?" → order number. */
function askedLabel(question: string): string | undefined {
  const match = /\b(?:mi|mis|my)\s+([\p{L}\p{N} ]{2,40})/iu.exec(question);
  return match?.[1];
}

/** The latest thing said that answers a question about the person's own. */
export function recallAttribute(question: string, saidInOrder: readonly string[]): Attribute | undefined {
  const label = askedLabel(question);
  if (label === undefined || !/[?¿]|^(?:cual|como|que|what|which|when|where|dime|tell)/.test(fold(question).trim()))
    return undefined;
  const wanted = new Set(contentStems(label));
  if (wanted.size === 0) return undefined;
  for (const said of saidInOrder.toReversed()) {
    for (const attribute of attributesOf(said).toReversed()) {
      const known = contentStems(attribute.label);
      if (known.length > 0 && known.every((word) => wanted.has(word))) return attribute;
    }
  }
  return undefined;
}
