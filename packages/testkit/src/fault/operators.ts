import { ApiError } from "../charla/api.ts";
import { pause } from "../poll.ts";
import { conversationIdOf } from "./console.ts";
import type { Line } from "./outside/outside.ts";
import type { Random } from "./random.ts";
import type { Stage } from "./stage.ts";

/** From the answer to the take-over until the hand-back is asked for, by our clock. */
export type TakeOver = { account: string; conversation: string; from: number; until: number };

const ATTEMPT_MS = 3_000;

/** People at the console who take conversations over for a moment, without a word, and hand them back. */
export class Operators {
  readonly #stage: Stage;
  readonly #leaving = new AbortController();
  readonly #gone = new AbortController();
  readonly #shifts: Promise<unknown>[] = [];
  /** Requests that were given up may still be carried out, even late. */
  readonly #pending: Promise<unknown>[] = [];
  readonly #touched = new Map<string, Line>();

  constructor(stage: Stage) {
    this.#stage = stage;
  }

  watch(line: Line, conversation: string, random: Random): void {
    this.#shifts.push(this.#shift(line, conversation, random));
  }

  /** Everything is handed back when this resolves. */
  async leave(): Promise<void> {
    this.#leaving.abort();
    await Promise.all(this.#shifts.splice(0));
    await Promise.allSettled(this.#pending.splice(0));
    await Promise.all([...this.#touched].map(([id, line]) => this.#act(line, id, "hand-back")));
    this.#touched.clear();
  }

  /** Drops everything as it is, for a run that is over. */
  end(): void {
    this.#leaving.abort();
    this.#gone.abort();
  }

  async #shift(line: Line, conversation: string, random: Random): Promise<void> {
    const { signal } = this.#leaving;
    const id = await conversationIdOf(line, conversation, signal);
    while (id !== undefined && !signal.aborted) {
      await pause(random.between(500, 2_500));
      if (signal.aborted) return;
      this.#touched.set(id, line);
      await this.#act(line, id, "take-over");
      if (this.#gone.signal.aborted) return;
      const takeOver: TakeOver = {
        account: line.account,
        conversation,
        from: Date.now(),
        until: Number.POSITIVE_INFINITY,
      };
      this.#stage.takeOvers.push(takeOver);
      await pause(random.between(300, 1_500));
      takeOver.until = Date.now();
      await this.#act(line, id, "hand-back");
    }
  }

  /** Until it is answered 2xx: whoever sits there presses the button again. */
  async #act({ tenant }: Line, id: string, verb: "take-over" | "hand-back"): Promise<void> {
    while (!this.#gone.signal.aborted) {
      const asked = tenant.api.post(`/v1/conversations/${id}/${verb}`).then(
        () => true,
        (error: unknown) => {
          if (error instanceof ApiError && error.status < 500 && error.status !== 429)
            this.#stage.problems.push(String(error));
          return false;
        },
      );
      this.#pending.push(asked);
      if (await Promise.race([asked, pause(ATTEMPT_MS).then(() => false)])) return;
      await pause(200);
    }
  }
}
