import { TokenBuckets } from "@charla/domain/token-buckets";

/** Far more than a person types, marks as read and scrolls back; a client that sends again what was not confirmed fits too. */
const BURST = 60;
const PER_SECOND = 10;
/** Each frame too many is answered; whoever goes on all the same is shown the door. */
const PATIENCE = 200;
const PATIENCE_PER_SECOND = 2;

const ALL = "all";

/**
 * How fast the sockets of one visitor may speak, all of them together and whatever their dialect. It forgets when the
 * object leaves memory, which it only does after a rest.
 */
export class FrameLimit {
  readonly #frames = new TokenBuckets(BURST, PER_SECOND);
  readonly #patience = new TokenBuckets(PATIENCE, PATIENCE_PER_SECOND);

  /** Zero when the frame may be heard, else how long to wait before the next one. */
  take(now: number): number {
    return this.#frames.take(ALL, now);
  }

  /** For a frame that was refused: whether that has happened too often. */
  exhausts(now: number): boolean {
    return this.#patience.take(ALL, now) > 0;
  }
}
