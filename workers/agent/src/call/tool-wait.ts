import type { StepRow } from "@charla/domain/log";

/** A sentence for when tools take their time: once a turn, and not where something has just been said. */
export class ToolWait {
  readonly #afterMs: number;
  readonly #fill: () => void;
  readonly #running = new Set<number>();
  #timer: ReturnType<typeof setTimeout> | null = null;
  #turn: number | null = null;

  constructor(afterMs: number, fill: () => void) {
    this.#afterMs = afterMs;
    this.#fill = fill;
  }

  changed({ seq, state, turn }: StepRow): void {
    if (state === "started") this.#running.add(seq);
    else this.#running.delete(seq);
    if (this.#running.size === 0) return this.stop();
    if (this.#timer !== null || this.#turn === turn) return;
    this.#timer = setTimeout(() => {
      this.#timer = null;
      this.#turn = turn;
      this.#fill();
    }, this.#afterMs);
  }

  /** Words are coming. */
  answered(): void {
    this.#running.clear();
    this.stop();
  }

  stop(): void {
    if (this.#timer !== null) clearTimeout(this.#timer);
    this.#timer = null;
  }
}
