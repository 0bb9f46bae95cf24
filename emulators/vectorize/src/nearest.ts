/** Keeps the best K while a scan runs, so that ten thousand candidates cost no sorting. */
export class Nearest<T> {
  readonly #size: number;
  readonly #kept: { score: number; id: string; item: T }[] = [];

  constructor(size: number) {
    this.#size = size;
  }

  offer(score: number, id: string, item: T): void {
    const worst = this.#kept.at(-1);
    if (this.#kept.length === this.#size && worst && !precedes(score, id, worst)) return;
    let at = this.#kept.length;
    for (let i = 0; i < this.#kept.length; i++) {
      const other = this.#kept[i];
      if (other && precedes(score, id, other)) {
        at = i;
        break;
      }
    }
    this.#kept.splice(at, 0, { score, id, item });
    if (this.#kept.length > this.#size) this.#kept.pop();
  }

  best(): { score: number; id: string; item: T }[] {
    return this.#kept;
  }
}

// Equal scores are ordered by id: the same data always gives the same answer.
const precedes = (score: number, id: string, other: { score: number; id: string }): boolean =>
  score > other.score || (score === other.score && id < other.id);

export function norm(values: Float32Array): number {
  let sum = 0;
  for (let i = 0; i < values.length; i++) sum += (values[i] ?? 0) * (values[i] ?? 0);
  return Math.sqrt(sum);
}

/** Four sums side by side, so that no addition has to wait for the one before it. */
export function dot(a: Float32Array, b: Float32Array): number {
  let [first, second, third, fourth] = [0, 0, 0, 0];
  const end = a.length - (a.length % 4);
  for (let i = 0; i < end; i += 4) {
    first += (a[i] ?? 0) * (b[i] ?? 0);
    second += (a[i + 1] ?? 0) * (b[i + 1] ?? 0);
    third += (a[i + 2] ?? 0) * (b[i + 2] ?? 0);
    fourth += (a[i + 3] ?? 0) * (b[i + 3] ?? 0);
  }
  for (let i = end; i < a.length; i++) first += (a[i] ?? 0) * (b[i] ?? 0);
  return first + second + third + fourth;
}
