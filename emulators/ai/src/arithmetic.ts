import { fold } from "./words.ts";

const WORDS: readonly (readonly [RegExp, string])[] = [
  [/(\d)\s*%\s*(?:de|of)\s+(?=[\d(])/g, "$1/100*"],
  [/\b(?:multiplicado por|por|times|multiplied by)\b/g, "*"],
  [/\b(?:dividido (?:entre|por)|entre|divided by)\b/g, "/"],
  [/\b(?:mas|plus)\b/g, "+"],
  [/\b(?:menos|minus)\b/g, "-"],
  [/(\d)\s*[x×]\s*(?=\d)/g, "$1*"],
  [/÷/g, "/"],
  [/−/g, "-"],
];

const ASKS =
  /\b(?:calcul\w*|cuanto (?:es|son|da|hace|suma)|suma|resta|resultado|what(?:'s| is)|how much is|compute|evaluate|result)\b/;

/** The arithmetic expression in a sentence, if it holds one; dates, ranges and telephone numbers are not arithmetic. */
export function findExpression(text: string): string | undefined {
  const folded = fold(text);
  let plain = folded.replace(/(\d),(?=\d{3}(?!\d))/g, "$1");
  for (const [pattern, symbol] of WORDS) plain = plain.replace(pattern, symbol);
  plain = plain.replace(/(\d),(?=\d)/g, "$1.");
  const candidates = plain.match(/[-(]*\d[\d\s.+\-*/^()%]*/g) ?? [];
  const asks = ASKS.test(folded);
  for (const candidate of candidates.toSorted((a, b) => b.length - a.length)) {
    const expression = candidate.replace(/[\s.+\-*/^(]+$/, "").replace(/\s+/g, " ");
    const loose = /\d\s*[+*/^]\s*[-(]*\d|\d\s-\s[-(]*\d/.test(expression);
    const tight = asks && /\d-\d/.test(expression);
    if ((loose || tight) && !/\d{1,4}[/-]\d{1,2}[/-]\d{2,4}/.test(expression) && evaluate(expression) !== undefined)
      return expression;
  }
  return undefined;
}

/** Recursive descent over + - * / ^ and brackets; undefined for anything that is not an expression. */
export function evaluate(expression: string): number | undefined {
  const tokens = expression.match(/\d+(?:\.\d+)?|[-+*/^()%]/g) ?? [];
  if (tokens.join("") !== expression.replace(/\s+/g, "")) return undefined;
  let at = 0;
  const sum = (): number => {
    let value = product();
    while (tokens[at] === "+" || tokens[at] === "-")
      value = tokens[at++] === "+" ? value + product() : value - product();
    return value;
  };
  const product = (): number => {
    let value = power();
    while (tokens[at] === "*" || tokens[at] === "/" || tokens[at] === "%") {
      const operator = tokens[at++];
      const right = power();
      value = operator === "*" ? value * right : operator === "/" ? value / right : value % right;
    }
    return value;
  };
  const power = (): number => {
    const base = unary();
    if (tokens[at] !== "^") return base;
    at++;
    return base ** power();
  };
  const unary = (): number => {
    if (tokens[at] === "-") {
      at++;
      return -unary();
    }
    if (tokens[at] !== "(") return Number(tokens[at++]);
    at++;
    const value = sum();
    return tokens[at++] === ")" ? value : Number.NaN;
  };
  const value = sum();
  return at === tokens.length && Number.isFinite(value) ? value : undefined;
}

export const formatNumber = (value: number): string => String(Number(value.toPrecision(12)));
