import { PING_INTERVAL_MS, PING_TIMEOUT_MS } from "./limits.ts";

type Parts = { ping: () => void; dead: () => void };

/**
 * Asks the client at intervals whether it is still there. It beats where the client's connection ends and lives as long as
 * that, so the conversation sleeps through it.
 */
export class Heartbeat {
  readonly #parts: Parts;
  #timer: ReturnType<typeof setTimeout>;
  #asked = false;

  constructor(parts: Parts) {
    this.#parts = parts;
    this.#timer = this.#rest();
  }

  /** Whatever the client says shows that it is there. */
  heard(): void {
    if (!this.#asked) return;
    this.#asked = false;
    clearTimeout(this.#timer);
    this.#timer = this.#rest();
  }

  stop(): void {
    clearTimeout(this.#timer);
  }

  #rest(): ReturnType<typeof setTimeout> {
    return setTimeout(() => {
      this.#asked = true;
      this.#timer = setTimeout(this.#parts.dead, PING_TIMEOUT_MS);
      this.#parts.ping();
    }, PING_INTERVAL_MS);
  }
}
