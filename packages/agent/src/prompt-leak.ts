import type { Framing, Passage } from "./framing.ts";
import { wordsOf, type Word } from "./words.ts";

/** One sentence to an agent may come up in a harmless answer ("I answer questions about …"); two, or a very long one, are the prompt. */
const MIN_EVIDENCE = 12;
const LONG_RUN = 24;

type Run = { passage: Passage; next: number; length: number; startedAt: number };

/** Reads an answer word by word and weighs how much of the prompt's framing stands in it. Evidence only ever grows. */
export class LeakScan {
  readonly #framing: Framing;
  readonly #excused: ReadonlySet<Passage>;
  readonly #longest = new Map<Passage, number>();
  #runs: Run[] = [];
  #firstEvidenceAt = Number.POSITIVE_INFINITY;

  constructor(framing: Framing, excused: ReadonlySet<Passage> = new Set()) {
    this.#framing = framing;
    this.#excused = excused;
  }

  take(word: Word): void {
    const runs = this.#runs.filter((run) => run.passage.words[run.next] === word.text);
    for (const run of runs) {
      run.next++;
      run.length++;
    }
    for (const { passage, at } of this.#framing.get(word.text) ?? [])
      if (!this.#excused.has(passage)) runs.push({ passage, next: at + 1, length: 1, startedAt: word.start });
    this.#runs = runs;
    for (const run of runs) this.#weigh(run);
  }

  #weigh({ passage, next, length, startedAt }: Run): void {
    if (length < passage.minRun || next < passage.to) return;
    this.#longest.set(passage, Math.max(length, this.#longest.get(passage) ?? 0));
    this.#firstEvidenceAt = Math.min(this.#firstEvidenceAt, startedAt);
  }

  get found(): ReadonlySet<Passage> {
    return new Set(this.#longest.keys());
  }

  get revealing(): boolean {
    const lengths = [...this.#longest.values()];
    if ([...this.#longest.keys()].some(({ decisive }) => decisive)) return true;
    const total = lengths.reduce((sum, length) => sum + length, 0);
    return (lengths.length > 1 && total >= MIN_EVIDENCE) || lengths.some((length) => length >= LONG_RUN);
  }

  /** Nothing from here on may be shown yet: it counts against the answer, or may come to. */
  get safeUntil(): number {
    return this.#runs.reduce((least, { startedAt }) => Math.min(least, startedAt), this.#firstEvidenceAt);
  }
}

/** Whether an answer recites how the agent was instructed. What the person wrote in so many words is no secret to them. */
export function reveals(framing: Framing, answer: string, person: () => readonly string[] = () => []): boolean {
  if (!scan(framing, [answer]).revealing) return false;
  const excused = scan(framing, person()).found;
  return excused.size === 0 || scan(framing, [answer], excused).revealing;
}

function scan(framing: Framing, texts: readonly string[], excused?: ReadonlySet<Passage>): LeakScan {
  const leak = new LeakScan(framing, excused);
  for (const text of texts) for (const word of wordsOf(text)) leak.take(word);
  return leak;
}
