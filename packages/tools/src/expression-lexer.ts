import { parseNumber, type NumberFormat } from "./number-format.ts";
import { ArithmeticFault, type Rational } from "./rational.ts";

export type Token =
  | { type: "number"; value: Rational }
  | { type: "name"; text: string }
  | { type: "mark"; text: string };

/** Ways to write an operator on a telephone or in a copied invoice. */
const SAME: Record<string, string> = {
  "×": "*",
  "·": "*",
  "⋅": "*",
  "∗": "*",
  "÷": "/",
  ":": "/",
  "−": "-",
  "–": "-",
  "²": "^2",
  "³": "^3",
  "√": "sqrt",
};

export function tokensOf(expression: string, format: NumberFormat): Token[] {
  const text = expression
    .normalize("NFC")
    .replaceAll(/[×·⋅∗÷:−–²³√]/g, (sign) => SAME[sign] ?? sign)
    .replaceAll("**", "^");
  const separated = argumentCommas(text);
  const tokens: Token[] = [];
  for (const match of separated.matchAll(/\s+|\d[\d.,]*|[.,]\d+|\p{L}+|./gsu)) {
    const [piece] = match;
    if (piece.trim() === "") continue;
    if (/^[\d.,]*\d/.test(piece)) pushNumber(tokens, piece, format);
    else if (/^\p{L}/u.test(piece)) tokens.push({ type: "name", text: piece.toLowerCase() });
    else if ("+-*/^%();".includes(piece)) tokens.push({ type: "mark", text: piece });
    else throw new ArithmeticFault(`"${piece}" does not belong into a calculation`);
  }
  return tokens;
}

function pushNumber(tokens: Token[], piece: string, format: NumberFormat): void {
  const end = /[.,]$/.test(piece) ? piece.slice(0, -1) : piece;
  if (tokens.at(-1)?.type === "number") throw new ArithmeticFault("There is no operator between two numbers");
  tokens.push({ type: "number", value: parseNumber(end, format) });
}

/**
 * Inside the parentheses of a function a comma separates arguments, `max(1,5)`; where semicolons do that,
 * `max(1,5; 2)`, commas are decimal. From here on only semicolons separate.
 */
function argumentCommas(text: string): string {
  const out = Array.from(text);
  const open: { call: boolean; commas: number[]; semicolon: boolean }[] = [];
  for (const [at, char] of out.entries()) {
    const scope = open.at(-1);
    if (char === "(") open.push({ call: /\p{L}\s*$/u.test(out.slice(0, at).join("")), commas: [], semicolon: false });
    else if (char === "," && scope?.call === true) scope.commas.push(at);
    else if (char === ";" && scope !== undefined) scope.semicolon = true;
    else if (char === ")") {
      const closed = open.pop();
      if (closed?.call === true && !closed.semicolon) for (const comma of closed.commas) out[comma] = ";";
    }
  }
  return out.join("");
}
