/** `arrival`: the request is here whole, nothing is answered; `middle`: half of the answer is written; `after`: all of it. */
export const KILL_MOMENTS = ["arrival", "middle", "after"] as const;
export type KillMoment = (typeof KILL_MOMENTS)[number];

export type KillRecord = { moment: KillMoment; subject: string; at: number };
type Order = { moment: KillMoment; matches: (subject: string) => boolean; done: (record: KillRecord) => void };

/**
 * Kills that are ordered by what a stand-in sees. The executioner must be synchronous: the point of an order is that
 * not one more byte leaves the stand-in before the signal is sent.
 */
export class KillOrders {
  readonly #execute: () => void;
  readonly #open: Order[] = [];
  readonly carriedOut: KillRecord[] = [];

  constructor(execute: () => void) {
    this.#execute = execute;
  }

  order(moment: KillMoment, matches: (subject: string) => boolean = () => true): Promise<KillRecord> {
    return new Promise((done) => this.#open.push({ moment, matches, done }));
  }

  /** Whether somebody was killed for it. */
  reach(moment: KillMoment, subject: string): boolean {
    const index = this.#open.findIndex((order) => order.moment === moment && order.matches(subject));
    if (index < 0) return false;
    const [order] = this.#open.splice(index, 1);
    const record = { moment, subject, at: Date.now() };
    this.#execute();
    this.carriedOut.push(record);
    order?.done(record);
    return true;
  }
}

export const NO_KILLS = new KillOrders(() => undefined);
