import { TokenBuckets } from "@charla/domain/token-buckets";

/** Longest frame of a vendor's that says anything. */
const MAX_FRAME_CHARS = 65_536;
/** Somebody who speaks without a pause makes some ten frames a second. */
const BURST = 200;
const PER_SECOND = 50;

const TOO_BIG = 1009;
const POLICY = 1008;

/** What a socket may send. Whoever sends more is no telephone. */
export class FrameGuard {
  readonly #bucket = new TokenBuckets(BURST, PER_SECOND);

  /** The code to close with, or the text of the frame. */
  check(data: string | ArrayBuffer, now: number): string | number {
    if (typeof data !== "string") return POLICY;
    if (data.length > MAX_FRAME_CHARS) return TOO_BIG;
    return this.#bucket.take("", now) > 0 ? POLICY : data;
  }
}
