/** What reading may cost and how much text is worth keeping. */
export type Limits = { maxChars: number; maxPages: number; maxRows: number };
export const DEFAULT_LIMITS: Limits = { maxChars: 60_000, maxPages: 200, maxRows: 5_000 };

export type DocumentText = { text: string; truncated: boolean };

/**
 * Why there is no text: it is of a kind nobody reads here, its bytes are damaged, a password guards it, it holds no
 * words (a scanned page), or it is larger inside than outside.
 */
export type UnreadableReason = "unsupported" | "broken" | "locked" | "empty" | "too_large";

export class Unreadable extends Error {
  readonly reason: UnreadableReason;

  constructor(reason: UnreadableReason, message: string, options?: ErrorOptions) {
    super(message, options);
    this.name = "Unreadable";
    this.reason = reason;
  }
}

/** Collects text up to a limit and remembers whether anything was left out. */
export class TextBudget {
  #parts: string[] = [];
  #left: number;
  truncated = false;

  constructor(maxChars: number) {
    this.#left = maxChars;
  }

  get full(): boolean {
    return this.#left <= 0;
  }

  add(text: string): void {
    if (text.length > this.#left) this.truncated = true;
    const kept = text.slice(0, Math.max(this.#left, 0));
    this.#left -= kept.length;
    if (kept !== "") this.#parts.push(kept);
  }

  done(): DocumentText {
    const text = this.#parts.join("").toWellFormed().trim();
    if (text === "") throw new Unreadable("empty", "there is no text in it");
    return { text, truncated: this.truncated };
  }
}
