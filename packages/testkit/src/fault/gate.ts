/** Holds whoever passes while it is shut. */
export class Gate {
  #shut: Promise<void> | undefined;
  #release: () => void = () => undefined;
  waiting = 0;

  shut(): void {
    this.#shut = new Promise((resolve) => {
      this.#release = resolve;
    });
  }

  open(): void {
    this.#shut = undefined;
    this.#release();
  }

  async pass(): Promise<void> {
    if (this.#shut === undefined) return;
    this.waiting++;
    await this.#shut;
    this.waiting--;
  }
}
