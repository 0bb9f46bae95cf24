import type { Framing } from "./framing.ts";
import { LeakScan } from "./prompt-leak.ts";
import { wordsOf } from "./words.ts";

const HALF_PAIR = /[\uD800-\uDBFF]$/;

/** Passes on an answer as it is written, except what the finished answer may be withheld for. */
export class HeldStream {
  readonly #scan: LeakScan;
  readonly #emit: (text: string) => void;
  #text = "";
  #read = 0;
  #shown = 0;

  constructor(framing: Framing, emit: (text: string) => void) {
    this.#scan = new LeakScan(framing);
    this.#emit = emit;
  }

  push(delta: string): void {
    this.#text += delta;
    const end = this.#text.length - (HALF_PAIR.test(this.#text) ? 1 : 0);
    const from = this.#read;
    let complete = end;
    for (const word of wordsOf(this.#text.slice(from, end))) {
      // The last word may still grow.
      if (from + word.end === end) complete = from + word.start;
      else this.#scan.take({ text: word.text, start: from + word.start, end: from + word.end });
    }
    this.#read = complete;
    this.#show(Math.min(complete, this.#scan.safeUntil));
  }

  /** The answer was found harmless: the rest of it. */
  flush(): void {
    this.#show(this.#text.length);
  }

  #show(until: number): void {
    if (until <= this.#shown) return;
    const text = this.#text.slice(this.#shown, until);
    this.#shown = until;
    this.#emit(text);
  }
}
