/** Exact fractions: money must not become 0.30000000000000004. `den` is positive and the fraction is in lowest terms. */
export type Rational = { num: bigint; den: bigint };

export class ArithmeticFault extends Error {}

const MAX_DIGITS = 6000;

/** Calls come from a model, so a few characters (`9^9^9`) must not cost more than a few milliseconds. */
function sized(value: bigint): bigint {
  if (value > LIMIT || value < -LIMIT) throw new ArithmeticFault("The number becomes too large");
  return value;
}
const LIMIT = 10n ** BigInt(MAX_DIGITS);

export function rational(num: bigint, den = 1n): Rational {
  if (den === 0n) throw new ArithmeticFault("Division by zero");
  const divisor = gcd(num < 0n ? -num : num, den < 0n ? -den : den);
  const sign = den < 0n ? -1n : 1n;
  return { num: sized((sign * num) / divisor), den: sized((sign * den) / divisor) };
}

function gcd(a: bigint, b: bigint): bigint {
  let [x, y] = [a, b];
  while (y !== 0n) [x, y] = [y, x % y];
  return x === 0n ? 1n : x;
}

export const add = (a: Rational, b: Rational): Rational => rational(a.num * b.den + b.num * a.den, a.den * b.den);
export const negate = (a: Rational): Rational => ({ num: -a.num, den: a.den });
export const subtract = (a: Rational, b: Rational): Rational => add(a, negate(b));
export const multiply = (a: Rational, b: Rational): Rational => rational(a.num * b.num, a.den * b.den);
export const divide = (a: Rational, b: Rational): Rational => rational(a.num * b.den, a.den * b.num);
export const compare = (a: Rational, b: Rational): number => {
  const difference = a.num * b.den - b.num * a.den;
  return difference === 0n ? 0 : difference < 0n ? -1 : 1;
};

export function floor(a: Rational): Rational {
  const whole = a.num / a.den;
  return rational(a.num < 0n && whole * a.den !== a.num ? whole - 1n : whole);
}

/** The remainder has the sign of the divisor, as in a table of remainders at school. */
export const modulo = (a: Rational, b: Rational): Rational => subtract(a, multiply(b, floor(divide(a, b))));

export function power(base: Rational, exponent: Rational): { value: Rational; exact: boolean } {
  if (exponent.den === 2n) {
    const root = squareRoot(base);
    return { value: power(root.value, rational(exponent.num)).value, exact: root.exact };
  }
  if (exponent.den !== 1n) throw new ArithmeticFault("Only whole powers and square roots can be calculated");
  const times = exponent.num < 0n ? -exponent.num : exponent.num;
  const length = BigInt(Math.max(digits(base.num), digits(base.den)));
  if (
    base.num !== 0n &&
    base.num !== base.den &&
    base.num !== -base.den &&
    (times > 100_000n || length * times > BigInt(MAX_DIGITS))
  ) {
    throw new ArithmeticFault("The number becomes too large");
  }
  // The powers of 1, 0 and -1 are known without multiplying a million times.
  const few = times > 100_000n ? 100_000n + (times % 2n) : times;
  const raised = rational(base.num ** few, base.den ** few);
  return { value: exponent.num < 0n ? divide(rational(1n), raised) : raised, exact: true };
}

const digits = (value: bigint): number => value.toString().length;

/** Exact where the root is a fraction, else to 40 decimal places. */
export function squareRoot(a: Rational): { value: Rational; exact: boolean } {
  if (a.num < 0n) throw new ArithmeticFault("A negative number has no square root");
  const [num, den] = [integerRoot(a.num), integerRoot(a.den)];
  if (num * num === a.num && den * den === a.den) return { value: rational(num, den), exact: true };
  const scale = 10n ** 40n;
  return { value: rational(integerRoot((a.num * scale * scale) / a.den), scale), exact: false };
}

function integerRoot(n: bigint): bigint {
  if (n < 2n) return n;
  let guess = 1n << BigInt(Math.ceil(n.toString(2).length / 2));
  for (;;) {
    const next = (guess + n / guess) >> 1n;
    if (next >= guess) return guess;
    guess = next;
  }
}

/** Half away from zero, as on an invoice. */
export function roundTo(a: Rational, places: number): Rational {
  const scale = 10n ** BigInt(Math.abs(places));
  const scaled = places >= 0 ? rational(a.num * scale, a.den) : rational(a.num, a.den * scale);
  const magnitude = scaled.num < 0n ? -scaled.num : scaled.num;
  const rounded = (magnitude * 2n + scaled.den) / (scaled.den * 2n);
  const signed = scaled.num < 0n ? -rounded : rounded;
  return places >= 0 ? rational(signed, scale) : rational(signed * scale);
}

/** Decimal text. Fractions without end, and what came out of a root without end, are rounded to 20 significant places. */
export function toDecimal(a: Rational, known: { exact: boolean }): { text: string; exact: boolean } {
  const places = known.exact ? finitePlaces(a.den) : null;
  if (places !== null && places <= 100) return { text: fixed(a, places), exact: true };
  const whole = digits(a.num < 0n ? -a.num : a.num) - digits(a.den);
  const kept = Math.max(0, 20 - Math.max(whole, 0) + Math.max(-whole, 0));
  return { text: trimmed(fixed(roundTo(a, kept), kept)), exact: false };
}

/** How many decimal places the fraction needs, `null` where it has no end. */
function finitePlaces(den: bigint): number | null {
  let [rest, twos, fives] = [den, 0, 0];
  for (; rest % 2n === 0n; rest /= 2n) twos++;
  for (; rest % 5n === 0n; rest /= 5n) fives++;
  return rest === 1n ? Math.max(twos, fives) : null;
}

function fixed(a: Rational, places: number): string {
  const scaled = (a.num * 10n ** BigInt(places)) / a.den;
  const text = (scaled < 0n ? -scaled : scaled).toString().padStart(places + 1, "0");
  const cut = text.length - places;
  return `${scaled < 0n ? "-" : ""}${text.slice(0, cut)}${places === 0 ? "" : `.${text.slice(cut)}`}`;
}

const trimmed = (text: string): string => (text.includes(".") ? text.replace(/\.?0+$/, "") : text);
