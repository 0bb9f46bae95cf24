/**
 * The one alarm of the object. While anything is open a wake is never more than {@link WATCHDOG_MS} ahead, so a process
 * that dies at any instant is followed by one that goes on. Setting an alarm is a disk write: an earlier one is kept.
 */
export const WATCHDOG_MS = 3000;

export class Wake {
  readonly #storage: DurableObjectStorage;
  #at: number | null = null;

  constructor(storage: DurableObjectStorage) {
    this.#storage = storage;
  }

  by(at: number): void {
    if (this.#at !== null && this.#at <= at) return;
    this.#at = at;
    // Not awaited: the write belongs to the same commit as the rows of this tick, and the output gate waits for both.
    void this.#storage.setAlarm(at);
  }

  fired(): void {
    this.#at = null;
  }
}
