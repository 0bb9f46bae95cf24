import { wellFormed } from "../clean-text.ts";

type Value = string | number | boolean | undefined;
export type Attributes = Record<string, Value>;
export type Element = { name: string; attributes: Attributes; children: (Element | string)[] };

const ESCAPES: Record<string, string> = {
  "&": "&amp;",
  "<": "&lt;",
  ">": "&gt;",
  '"': "&quot;",
  "'": "&apos;",
  "\t": "&#9;",
  "\n": "&#10;",
  "\r": "&#13;",
};
/** Characters that no XML document may hold, escaped or not. */
const FORBIDDEN = /[^\t\n\r\u{20}-\u{d7ff}\u{e000}-\u{fffd}\u{10000}-\u{10ffff}]/gu;

export const element = (name: string, attributes: Attributes = {}, ...children: (Element | string)[]): Element => ({
  name,
  attributes,
  children,
});

/** Attributes without a value are left out. */
export function xmlOf({ name, attributes, children }: Element): string {
  const written = Object.entries(attributes)
    .filter(([, value]) => value !== undefined)
    .map(([key, value]) => ` ${key}="${escape(String(value))}"`)
    .join("");
  if (children.length === 0) return `<${name}${written}/>`;
  const inner = children.map((child) => (typeof child === "string" ? escape(child) : xmlOf(child))).join("");
  return `<${name}${written}>${inner}</${name}>`;
}

const escape = (text: string): string =>
  wellFormed(text)
    .replaceAll(FORBIDDEN, "")
    .replaceAll(/[&<>"'\t\n\r]/g, (char) => ESCAPES[char] ?? char);
