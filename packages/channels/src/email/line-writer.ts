const MAX_DEPTH = 8;

export type Place = { line: number; column: number };

/** Lines of text as they are read off a page: white space is joined, breaks count only between words. */
export class LineWriter {
  readonly #lines: string[] = [];
  #current = "";
  /** Asking the line itself would copy it each time. */
  #endsBlank = true;
  #depth = 0;
  /** Line breaks that are due before the next word. */
  #due = 0;

  get place(): Place {
    return { line: this.#lines.length, column: this.#current.length };
  }

  words(text: string): void {
    const joined = text.replaceAll(/[ \t\r\n\f]+/g, " ");
    const atStart = this.#due > 0 || this.#endsBlank;
    this.raw(atStart ? joined.replace(/^ /, "") : joined);
  }

  /** With its line breaks. */
  preformatted(text: string): void {
    for (const [index, line] of text.split(/\r?\n/).entries()) {
      if (index > 0) this.newline();
      this.raw(line);
    }
  }

  raw(text: string): void {
    if (text === "") return;
    if (this.#due > 0) this.#break();
    this.#current += text;
    this.#endsBlank = text.endsWith(" ");
  }

  newline(): void {
    this.#due++;
  }

  block(spaced: boolean): void {
    this.#due = Math.max(this.#due, spaced ? 2 : 1);
  }

  gap(): void {
    if (this.#due === 0 && !this.#endsBlank) this.raw(" ");
  }

  /** What follows is quoted one level deeper, or less deep again. */
  quote(by: 1 | -1): void {
    this.block(false);
    this.#depth = Math.max(0, this.#depth + by);
  }

  since({ line, column }: Place): string {
    if (line === this.#lines.length) return this.#current.slice(column);
    return [this.#lines[line]?.slice(column) ?? "", ...this.#lines.slice(line + 1, line + 20), this.#current].join(" ");
  }

  finished(): string {
    return [...this.#lines, this.#current]
      .map((line) => line.replaceAll("\u00a0", " ").trimEnd())
      .join("\n")
      .trim();
  }

  #break(): void {
    const mark = "> ".repeat(Math.min(this.#depth, MAX_DEPTH));
    const isFirst = this.#lines.length === 0 && this.#current === "";
    if (!isFirst) {
      this.#lines.push(this.#current);
      if (this.#due > 1) this.#lines.push(mark);
    }
    this.#current = mark;
    this.#endsBlank = true;
    this.#due = 0;
  }
}
