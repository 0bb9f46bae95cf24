/** A value that must not be seen: whatever prints or serialises it gets the mask, only `reveal()` gives it away. */
export class Secret {
  readonly #value: string;

  constructor(value: string) {
    this.#value = value;
  }

  reveal(): string {
    return this.#value;
  }

  toString(): string {
    return MASK;
  }

  toJSON(): string {
    return MASK;
  }

  [Symbol.for("nodejs.util.inspect.custom")](): string {
    return MASK;
  }
}

export const MASK = "[redacted]";

/** Shapes of the credentials this platform handles or talks to, and of addresses of people. */
const PATTERN = new RegExp(
  [
    "whsec_[A-Za-z0-9+/=]{8,}",
    "\\bck_[A-Za-z0-9_-]{8,}",
    "\\b(?:sk|pk|rk|xox[abprs]|ghp|gho|glpat|EAA)[-_][A-Za-z0-9_-]{8,}",
    "\\beyJ[A-Za-z0-9_-]{5,}\\.[A-Za-z0-9_-]{5,}\\.[A-Za-z0-9_-]*",
    "\\b(?:[Bb]earer|[Bb]asic)\\s+[A-Za-z0-9._~+/=-]{8,}",
    "\\bv1,[A-Za-z0-9+/]{43}=",
    "\\bv[0-9]+:[A-Za-z0-9+/]{43}=",
    "(?<=://)[^/\\s:@]+:[^/\\s@]+(?=@)",
    "[A-Za-z0-9._%+-]+@[A-Za-z0-9.-]+\\.[A-Za-z]{2,}",
    "(?<![\\w.:-])\\+[0-9][0-9 ()-]{7,}[0-9]",
  ].join("|"),
  "g",
);

/** The second line of defence behind the closed set of fields: text of foreign errors may quote anything. */
export function redact(text: string): string {
  return text.replace(PATTERN, MASK);
}
