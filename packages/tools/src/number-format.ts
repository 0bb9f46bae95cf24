import { ArithmeticFault, rational, type Rational } from "./rational.ts";

export type NumberFormat = "auto" | "es" | "en";

/**
 * Reads "1234.5", "1.234,56" and "1,234.56". In `auto` a single dot is a decimal point and a single comma a decimal comma,
 * but "1,234" can mean two things a factor of a thousand apart and is refused rather than guessed.
 */
export function parseNumber(text: string, format: NumberFormat): Rational {
  const decimal = decimalMark(text, format);
  const grouping = decimal === "." ? "," : ".";
  const [whole = "", fraction = "", ...more] = decimal === null ? [text] : text.split(decimal);
  if (more.length > 0) throw unreadable(text);
  const ungrouped = withoutGroups(whole, decimal === null ? /[.,]/ : grouping, text);
  if (!/^\d*$/.test(fraction) || ungrouped + fraction === "") throw unreadable(text);
  return rational(BigInt(ungrouped + fraction), 10n ** BigInt(fraction.length));
}

function decimalMark(text: string, format: NumberFormat): "." | "," | null {
  if (format !== "auto") return text.includes(format === "es" ? "," : ".") ? (format === "es" ? "," : ".") : null;
  const dots = text.split(".").length - 1;
  const commas = text.split(",").length - 1;
  if (dots > 0 && commas > 0) return text.lastIndexOf(".") > text.lastIndexOf(",") ? "." : ",";
  if (dots === 1) return ".";
  if (commas !== 1) return null;
  if (/^[1-9]\d{0,2},\d{3}$/.test(text)) {
    const [left, right] = text.split(",");
    throw new ArithmeticFault(`"${text}" can mean ${left}${right} or ${left}.${right}; write one of these`);
  }
  return ",";
}

function withoutGroups(whole: string, mark: string | RegExp, text: string): string {
  const groups = whole.split(mark);
  const [first = "", ...rest] = groups;
  const ok =
    rest.length === 0 ? /^\d*$/.test(first) : /^\d{1,3}$/.test(first) && rest.every((group) => /^\d{3}$/.test(group));
  if (!ok) throw unreadable(text);
  return groups.join("");
}

const unreadable = (text: string): ArithmeticFault => new ArithmeticFault(`"${text.slice(0, 40)}" is not a number`);
