import { ModelError, type ModelRequest } from "./contract.ts";

type Timed = Pick<ModelRequest, "signal" | "timeouts">;

/**
 * The time limits and the caller's abort of one call. Everything the call waits for goes through {@link CallClock.race},
 * because a provider may notice an abort late or, across a service binding, never.
 */
export class CallClock {
  /** Given to the provider: closes the HTTP request, so that an answer nobody wants is not paid to the end. */
  readonly signal: AbortSignal;
  readonly #cut = new AbortController();
  readonly #request: Timed;
  readonly #timers: ReturnType<typeof setTimeout>[] = [];
  readonly #failed: Promise<never>;
  #fail: (reason: ModelError) => void = () => undefined;
  #reason: ModelError | undefined;
  #lastPartAt: number | undefined;
  readonly #onAbort = (): void => this.#stopWith(new ModelError("aborted", "The call was aborted"));

  constructor(request: Timed) {
    this.#request = request;
    this.signal = this.#cut.signal;
    this.#failed = new Promise<never>((_, reject) => {
      this.#fail = reject;
    });
    // Whoever races this promise sees the failure; without a racer it must not count as unhandled.
    this.#failed.catch(() => undefined);
    if (request.signal.aborted) this.#onAbort();
    else request.signal.addEventListener("abort", this.#onAbort, { once: true });
    this.#after(request.timeouts.totalMs, "The model did not finish in time");
  }

  /** Set once the call was stopped by us; then no other error matters. */
  get reason(): ModelError | undefined {
    return this.#reason;
  }

  race<T>(work: PromiseLike<T>): Promise<T> {
    return Promise.race([work, this.#failed]);
  }

  /** A stream has begun: from now on silence is limited too. */
  watchStream(): void {
    const { firstTokenMs } = this.#request.timeouts;
    this.#timers.push(
      setTimeout(() => {
        if (this.#lastPartAt === undefined)
          this.#stopWith(new ModelError("timeout", `No first token within ${firstTokenMs} ms`));
      }, firstTokenMs),
    );
  }

  part(): void {
    const first = this.#lastPartAt === undefined;
    this.#lastPartAt = Date.now();
    if (first) this.#watchIdle(this.#request.timeouts.idleMs);
  }

  stop(): void {
    this.#request.signal.removeEventListener("abort", this.#onAbort);
    for (const timer of this.#timers) clearTimeout(timer);
  }

  /** Ends the provider's work without this being a failure. */
  close(): void {
    this.#cut.abort();
  }

  // One timer that looks when the last part came, instead of a new timer per part.
  #watchIdle(delayMs: number): void {
    this.#timers.push(
      setTimeout(() => {
        const { idleMs } = this.#request.timeouts;
        const silentMs = Date.now() - (this.#lastPartAt ?? 0);
        if (silentMs >= idleMs) this.#stopWith(new ModelError("timeout", `The stream was silent for ${idleMs} ms`));
        else this.#watchIdle(idleMs - silentMs);
      }, delayMs),
    );
  }

  #after(ms: number, message: string): void {
    this.#timers.push(setTimeout(() => this.#stopWith(new ModelError("timeout", `${message} (${ms} ms)`)), ms));
  }

  #stopWith(reason: ModelError): void {
    if (this.#reason !== undefined) return;
    this.#reason = reason;
    this.#cut.abort(reason);
    this.#fail(reason);
  }
}
