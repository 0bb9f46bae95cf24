import { tokensOf, type Token } from "./expression-lexer.ts";
import type { NumberFormat } from "./number-format.ts";
import {
  add,
  ArithmeticFault,
  compare,
  divide,
  modulo,
  multiply,
  negate,
  power,
  rational,
  roundTo,
  squareRoot,
  subtract,
  type Rational,
} from "./rational.ts";

const MAX_DEPTH = 50;
const HUNDRED = rational(100n);

/** A value, and whether it was written as a bare percentage: `price + 21%` means 21 % of the price. */
type Value = { value: Rational; percent: boolean };
const plain = (value: Rational): Value => ({ value, percent: false });

export function evaluate(text: string, format: NumberFormat): { value: Rational; exact: boolean } {
  const parser = new Parser(tokensOf(text, format));
  const value = parser.whole();
  return { value, exact: parser.exact };
}

class Parser {
  exact = true;
  readonly #tokens: Token[];
  #at = 0;
  #depth = 0;

  constructor(tokens: Token[]) {
    this.#tokens = tokens;
  }

  whole(): Rational {
    const { value } = this.#sum();
    if (this.#at < this.#tokens.length) throw new ArithmeticFault(`Unexpected ${this.#shown()}`);
    return value;
  }

  #sum(): Value {
    if (++this.#depth > MAX_DEPTH) throw new ArithmeticFault("Too many parentheses");
    let left = this.#product();
    for (let sign = this.#take("+", "-"); sign !== null; sign = this.#take("+", "-")) {
      const right = this.#product();
      const amount = right.percent ? multiply(left.value, right.value) : right.value;
      left = plain(sign === "+" ? add(left.value, amount) : subtract(left.value, amount));
    }
    this.#depth--;
    return left;
  }

  #product(): Value {
    let left = this.#unary();
    for (;;) {
      if (left.percent && this.#takeName("of", "de")) {
        left = plain(multiply(left.value, this.#unary().value));
        continue;
      }
      const sign = this.#take("*", "/", "%");
      if (sign === null) return left;
      const right = this.#unary().value;
      left = plain(
        sign === "*"
          ? multiply(left.value, right)
          : sign === "/"
            ? divide(left.value, right)
            : modulo(left.value, right),
      );
    }
  }

  #unary(): Value {
    const sign = this.#take("-", "+");
    if (sign === null) return this.#power();
    if (++this.#depth > MAX_DEPTH) throw new ArithmeticFault("Too many signs");
    const inner = this.#unary();
    this.#depth--;
    return sign === "-" ? { ...inner, value: negate(inner.value) } : inner;
  }

  #power(): Value {
    const base = this.#percentage();
    if (this.#take("^") === null) return base;
    if (++this.#depth > MAX_DEPTH) throw new ArithmeticFault("Too many powers");
    const { value, exact } = power(base.value, this.#unary().value);
    this.#depth--;
    this.exact &&= exact;
    return plain(value);
  }

  /** `%` divides by a hundred unless a number follows: then it asks for a remainder. */
  #percentage(): Value {
    const value = this.#atom();
    if (!this.#isMark("%") || this.#startsOperand(this.#tokens[this.#at + 1])) return plain(value);
    this.#at++;
    return { value: divide(value, HUNDRED), percent: true };
  }

  #startsOperand(token: Token | undefined): boolean {
    if (token === undefined) return false;
    if (token.type === "name") return token.text in FUNCTIONS;
    return token.type === "number" || token.text === "(";
  }

  #atom(): Rational {
    const token = this.#tokens[this.#at++];
    if (token?.type === "number") return token.value;
    if (token?.type === "name") return this.#call(token.text);
    if (token?.text !== "(") {
      this.#at--;
      throw new ArithmeticFault(
        token === undefined ? "The calculation is not complete" : `Unexpected ${this.#shown()}`,
      );
    }
    const { value } = this.#sum();
    this.#expect(")");
    return value;
  }

  #call(name: string): Rational {
    const known = Object.hasOwn(FUNCTIONS, name) ? FUNCTIONS[name] : undefined;
    if (known === undefined)
      throw new ArithmeticFault(
        `There is no function ${name.slice(0, 20)}; there are ${Object.keys(FUNCTIONS).join(", ")}`,
      );
    if (name === "sqrt" && this.#tokens[this.#at]?.type === "number") return this.#applied(known, [this.#atom()], name);
    this.#expect("(");
    const args = [this.#sum().value];
    while (this.#take(";") !== null) args.push(this.#sum().value);
    this.#expect(")");
    return this.#applied(known, args, name);
  }

  #applied(known: Function_, args: Rational[], name: string): Rational {
    if (args.length < known.least || args.length > known.most)
      throw new ArithmeticFault(`${name} does not take ${args.length} values`);
    const { value, exact } = known.run(args);
    this.exact &&= exact;
    return value;
  }

  #isMark(text: string): boolean {
    const token = this.#tokens[this.#at];
    return token?.type === "mark" && token.text === text;
  }

  #take(...marks: string[]): string | null {
    const found = marks.find((mark) => this.#isMark(mark));
    if (found === undefined) return null;
    this.#at++;
    return found;
  }

  #takeName(...names: string[]): boolean {
    const token = this.#tokens[this.#at];
    if (token?.type !== "name" || !names.includes(token.text)) return false;
    this.#at++;
    return true;
  }

  #expect(mark: string): void {
    if (this.#take(mark) === null) throw new ArithmeticFault(`"${mark}" is missing`);
  }

  #shown(): string {
    const token = this.#tokens[this.#at];
    return token === undefined ? "end" : token.type === "number" ? "number" : `"${token.text.slice(0, 20)}"`;
  }
}

type Function_ = { least: number; most: number; run: (args: Rational[]) => { value: Rational; exact: boolean } };
const exactly = (value: Rational): { value: Rational; exact: boolean } => ({ value, exact: true });
const extreme = (args: Rational[], sign: 1 | -1): Rational =>
  args.reduce((best, next) => (compare(next, best) * sign > 0 ? next : best));

const FUNCTIONS: Record<string, Function_> = {
  round: {
    least: 1,
    most: 2,
    run: ([value = rational(0n), places = rational(0n)]) => exactly(roundTo(value, placesOf(places))),
  },
  min: { least: 1, most: 100, run: (args) => exactly(extreme(args, -1)) },
  max: { least: 1, most: 100, run: (args) => exactly(extreme(args, 1)) },
  abs: { least: 1, most: 1, run: ([value = rational(0n)]) => exactly(value.num < 0n ? negate(value) : value) },
  sqrt: { least: 1, most: 1, run: ([value = rational(0n)]) => squareRoot(value) },
};

function placesOf(places: Rational): number {
  if (places.den !== 1n || places.num > 100n || places.num < -100n)
    throw new ArithmeticFault("Places are a whole number up to 100");
  return Number(places.num);
}
