import { Timers } from "./timers.ts";

type Parts = {
  /** When our own last word will have been spoken. */
  endsAt: () => number;
  now: () => number;
  silenceMs: number;
  spoken: () => void;
  /** Whether silence means anything: nobody is thinking, and no person holds the call. */
  counts: () => boolean;
  silent: () => void;
};

/** Begins when our last word is spoken, and lasts until somebody says something. */
export class Silence {
  readonly #parts: Parts;
  readonly #timers = new Timers<"spoken" | "silence">();

  constructor(parts: Parts) {
    this.#parts = parts;
  }

  /** From now on we listen; whoever has begun a sentence gets some time more. */
  begin(graceMs = 0): void {
    this.end();
    const { endsAt, now, spoken, counts, silenceMs, silent } = this.#parts;
    this.#timers.start("spoken", Math.max(0, endsAt() - now()), () => {
      spoken();
      if (!counts()) return;
      this.#timers.start("silence", silenceMs + graceMs, () => {
        if (counts()) silent();
      });
    });
  }

  end(): void {
    this.#timers.stopAll();
  }
}
