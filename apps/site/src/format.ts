import type { Lang } from "./texts.ts";

export class Format {
  readonly #lang: Lang;

  constructor(lang: Lang) {
    this.#lang = lang;
  }

  number(value: number): string {
    return new Intl.NumberFormat(this.#lang).format(value);
  }

  ms(value: number): string {
    if (value < 1000) return `${Math.round(value)} ms`;
    return `${new Intl.NumberFormat(this.#lang, { maximumFractionDigits: 1 }).format(value / 1000)} s`;
  }

  /** Micro-dollars; small sums keep the digits that make them differ from nothing. */
  money(micros: number): string {
    const dollars = micros / 1_000_000;
    const digits = dollars === 0 ? 0 : dollars < 0.01 ? 6 : 4;
    return `${new Intl.NumberFormat(this.#lang, { maximumFractionDigits: digits }).format(dollars)} $`;
  }

  time(at: number): string {
    return new Intl.DateTimeFormat(this.#lang, { hour: "2-digit", minute: "2-digit", second: "2-digit" }).format(at);
  }
}
