import type { Script } from "@charla/testkit/model/behaviour";

/** What becomes of our next sends: refused for being too fast, taken though the answer never comes, too late to be allowed. */
export type Hitch = "throttled" | "lost" | "closed";

/** Somebody who writes, as every channel has them; what only some channels have is optional. */
export type Person = {
  /** Resolves when the webhook has been taken. `at` is the vendor's time of the message, where it gives one. */
  write: (text: string, at?: number) => Promise<void>;
  /** The last webhook once more: the status it is answered with. */
  again: () => Promise<number>;
  /** What our side has put on the person's screen, in order. */
  received: () => string[];
  /** Wishes to hear nothing more, in the words or with the click of the channel. */
  leave: () => Promise<void>;
  /** Wishes to hear from us again. */
  comeBack?: () => Promise<void>;
  /** Something that cannot be turned into words. */
  puzzle?: () => Promise<void>;
  /** A colleague of the shop answers from the vendor's own inbox or telephone. */
  colleague?: (text: string) => Promise<void>;
  /** What the vendor reports, by itself or on asking, about the send whose answer was lost. */
  settle?: () => Promise<void>;
};

export type Shop = {
  channelId: string;
  /** The model behind the agent, by its name at the model server. */
  model: string;
  person: () => Person;
  /** A request as the vendor makes them, proved with the secret of somebody else: the status it is answered with. */
  forge: () => Promise<number>;
  /** What the vendor makes of the next sends; afterwards it takes everything again. */
  hitch: (...hitches: Hitch[]) => void;
  /** One request of the vendor's with a message of each of these people, where requests hold several. */
  batch?: (people: Person[], text: string) => Promise<void>;
};

/** A way of being written to, with the vendor's stand-in behind it. */
export type Line = {
  open: (script: Script) => Promise<Shop>;
  /** A message whose answer got lost is shown this often at most: twice where the vendor offers nothing to tell. */
  lostIsShown: 1 | 2;
  /** Whether the vendor says when each message was written, finely enough to put two in order. */
  tellsTime: boolean;
  /** Whether writing is only allowed for a while after the person wrote. */
  hasWindow: boolean;
  problems: () => string[];
  close: () => Promise<void>;
};

/** How a vendor takes each send, by whose it is: shops that are open at once do not disturb each other. */
export class Hitches<Reception extends object> {
  readonly #receptions: Record<Hitch, Reception>;
  readonly #waiting = new Map<string, Hitch[]>();

  constructor(receptions: Record<Hitch, Reception>) {
    this.#receptions = receptions;
  }

  plan(account: string, hitches: readonly Hitch[]): void {
    this.#waiting.set(account, [...hitches]);
  }

  next(account: string): Partial<Reception> {
    const hitch = this.#waiting.get(account)?.shift();
    return hitch === undefined ? {} : this.#receptions[hitch];
  }
}
