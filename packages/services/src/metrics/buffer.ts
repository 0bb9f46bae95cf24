import { openControlDb } from "@charla/db/open";
import { addMetrics } from "./add.ts";
import { Counters, type MetricDelta } from "./counters.ts";

export type BufferParts = {
  write: (deltas: MetricDelta[]) => Promise<void>;
  /** Keeps the isolate alive for work that nobody waits for. */
  later: (work: Promise<void>) => void;
  pause: (ms: number) => Promise<void>;
  failed: (error: unknown) => void;
};

const GATHER_MS = 2_000;

/** What an isolate counts for the control plane's database. */
export const controlMetrics = (database: unknown, parts: Pick<BufferParts, "later" | "failed">): MetricBuffer =>
  new MetricBuffer({
    ...parts,
    write: async (deltas) => addMetrics(await openControlDb(database), deltas),
    pause: (ms) => new Promise((resolve) => setTimeout(resolve, ms)),
  });

/**
 * Counts what happens too often for a write each, such as refusals during a flood: the first begins a moment of
 * gathering, at the end of which everything counted is written at once.
 */
export class MetricBuffer {
  readonly #parts: BufferParts;
  #counters = new Counters();
  #gathering = false;

  constructor(parts: BufferParts) {
    this.#parts = parts;
  }

  add(name: string, labels: string): void {
    this.#counters.add(name, labels, 1);
    if (this.#gathering) return;
    this.#gathering = true;
    this.#parts.later(this.#gather());
  }

  async #gather(): Promise<void> {
    const { pause, write, failed } = this.#parts;
    await pause(GATHER_MS);
    const deltas = this.#counters.deltas();
    this.#counters = new Counters();
    this.#gathering = false;
    try {
      await write(deltas);
    } catch (error) {
      failed(error);
    }
  }
}
